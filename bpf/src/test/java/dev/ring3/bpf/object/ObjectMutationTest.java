package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfExtWriter;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.btf.BtfType.Member;
import dev.ring3.bpf.btf.CoreKind;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damages a valid object in thousands of ways: whatever comes of it, nothing but {@link ObjectException} escapes. */
class ObjectMutationTest {
    private static final int MUTATIONS = 8_000;
    private static final long SEED = Long.getLong("ring3.mutation.seed", 20_240_901L);

    private static final long[] INTERESTING = {
        0,
        1,
        2,
        7,
        8,
        16,
        127,
        128,
        255,
        4096,
        65_535,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        -1
    };

    @ParameterizedTest
    @MethodSource("dev.ring3.bpf.object.LinkCallsTest#orders")
    void mutatedObject_parsedAndLinked_throwsNothingElse(ByteOrder order) {
        byte[] valid = object(order);
        LinkOptions options = LinkOptions.none()
                .withTarget(Btf.parse(types(order).types.toBytes()))
                .withFunctions(Set.of("host"))
                .withVariable("jiffies", 1)
                .withConfig("CONFIG_A", new ConfigValue.IntegerValue(1));
        assertThat(BpfObjectFile.parse(valid).link(options).programs()).hasSize(2);
        Random random = new Random(SEED);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(valid, order, random);
            try {
                use(BpfObjectFile.parse(mutated), options);
                accepted++;
            } catch (ObjectException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (Throwable e) {
                throw new AssertionError(
                        "mutation %d of seed %d; replay with mvn -pl bpf test -Dtest=ObjectMutationTest -Dring3.mutation.seed=%d"
                                .formatted(i, SEED, SEED),
                        e);
            }
        }
        // Both happen, or the mutations reach nothing.
        assertThat(accepted).isBetween(MUTATIONS / 50, MUTATIONS * 9 / 10);
    }

    private static void use(BpfObjectFile file, LinkOptions options) {
        for (CodeSection section : file.codeSections()) {
            try {
                assertThat(section.references()).isNotNull();
                assertThat(section.code().slotCount()).isEqualTo(section.slotCount());
                section.lines().at(section.slotCount());
            } catch (ObjectException e) {
                // One section may be damaged while others are not.
                assertThat(e.section()).isEqualTo(section.name());
            }
        }
        LinkedObject object = file.link(options);
        for (LinkedProgram program : object.programs()) {
            assertThat(program.code().requireComplete()).isSameAs(program.code());
            assertThat(program.maps()).allMatch(index -> index < object.maps().size());
        }
    }

    private static byte[] mutate(byte[] valid, ByteOrder order, Random random) {
        byte[] bytes = valid.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
            long value = INTERESTING[random.nextInt(INTERESTING.length)];
            switch (random.nextInt(6)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                case 2 -> buffer.putInt(random.nextInt(bytes.length / 4) * 4, (int) value);
                case 3 -> buffer.putLong(random.nextInt(bytes.length / 8) * 8, value);
                case 4 -> {
                    int at = random.nextInt(bytes.length / 4) * 4;
                    buffer.putInt(at, buffer.getInt(at) + random.nextInt(17) - 8);
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        bytes = Arrays.copyOf(bytes, 64 + random.nextInt(bytes.length - 64));
                    } else {
                        int from = random.nextInt(bytes.length - 16);
                        System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - 16), 16);
                    }
                }
            }
        }
        return bytes;
    }

    private static MapTypes types(ByteOrder order) {
        MapTypes maps = new MapTypes(order);
        BtfBuilder types = maps.types;
        types.add(new BtfType.Struct(
                "s",
                16,
                List.of(
                        new Member("a", maps.u32, 0),
                        new Member("b", maps.u32, 32, 5),
                        new Member("", types.nextId() + 1, 64))));
        types.add(new BtfType.Union("", 8, List.of(new Member("c", maps.u64, 0), new Member("d", maps.u32, 0))));
        types.add(new BtfType.Enum32("e", 4, false, List.of(new BtfType.Enumerator("E", 3))));
        return maps;
    }

    private static byte[] object(ByteOrder order) {
        MapTypes maps = types(order);
        BtfBuilder types = maps.types;
        int struct = types.nextId() - 3;
        int inner = maps.definition(maps.number("type", 2), maps.number("max_entries", 4), maps.type("key", maps.u32));
        int outer = maps.definition(maps.number("type", 12), maps.number("max_entries", 2), maps.values(inner));
        maps.map("outer", 0, 32, outer).map("in", 32, 24, inner);
        int i32 = types.add(new BtfType.Int("int", 4, Encoding.SIGNED));
        int config = types.add(new BtfType.Variable("CONFIG_A", i32, Linkage.EXTERN));
        types.add(new BtfType.DataSection(".kconfig", 0, List.of(new BtfType.Placed(config, 0, 4))));
        int prototype = types.add(new BtfType.Prototype(i32, List.of()));
        int main = types.add(new BtfType.Function("main", prototype, Linkage.GLOBAL));
        int counter = types.add(new BtfType.Variable("counter", i32, Linkage.GLOBAL));
        types.add(new BtfType.DataSection(".data", 0, List.of(new BtfType.Placed(counter, 8, 4))));
        byte[] ext = new BtfExtWriter(types, order)
                .function("xdp", 0, main)
                .line("xdp", 0, "a.c", "first", 1, 1)
                .line("xdp", 24, "a.c", "second", 2, 1)
                .line(".text", 0, "b.c", "", 3, 3)
                .relocation("xdp", 8 * 12, struct, "0:0", CoreKind.FIELD_BYTE_OFFSET)
                .relocation("xdp", 8 * 13, struct, "0:2:0", CoreKind.FIELD_BYTE_SIZE)
                .relocation(".text", 0, struct + 2, "0", CoreKind.ENUMVAL_VALUE)
                .toBytes();
        return write(order, maps.toBytes(), ext);
    }

    private static byte[] write(ByteOrder order, byte[] btf, byte[] ext) {
        ElfWriter elf = new ElfWriter(order);
        Insn load = Insn.LoadWide.of(Register.R1, 0);
        Insn call = new Insn.CallLocal(-1);
        int xdp = elf.code(
                "xdp",
                ObjectFixture.code(
                        order,
                        load,
                        load,
                        load,
                        load,
                        load,
                        call,
                        call,
                        new Insn.Load(Size.WORD, false, Register.R2, Register.R1, 0),
                        ObjectFixture.move(8),
                        new Insn.Exit()));
        int text = elf.code(".text", ObjectFixture.code(order, ObjectFixture.move(3), new Insn.Exit()));
        int maps = elf.data(".maps", new byte[56]);
        int data = elf.data(".data", new byte[16]);
        int bss = elf.zeros(".bss", 32);
        elf.info(".BTF", btf);
        elf.info(".BTF.ext", ext);
        int legacy = elf.data("maps", new byte[28]);
        elf.data("license", new byte[] {'G', 'P', 'L', 0});
        elf.symbol("main", 1, ElfWriter.FUNC, xdp, 0, 15 * 8);
        int helper = elf.symbol("helper", 1, ElfWriter.FUNC, text, 0, 16);
        elf.symbol("other", 1, ElfWriter.FUNC, elf.code("tc", ObjectFixture.code(order, new Insn.Exit())), 0, 8);
        elf.symbol("legacy", 1, 1, legacy, 0, 28);
        elf.relocation(xdp, 0, elf.symbol("outer", 1, 1, maps, 0, 32), ElfRelocation.WIDE_LOAD);
        elf.relocation(xdp, 16, elf.symbol("counter", 1, 1, data, 8, 4), ElfRelocation.WIDE_LOAD);
        elf.relocation(xdp, 32, elf.symbol("", 0, 3, bss, 0, 0), ElfRelocation.WIDE_LOAD);
        elf.relocation(xdp, 48, elf.symbol("jiffies", 1, 0, 0, 0, 0), ElfRelocation.WIDE_LOAD);
        elf.relocation(xdp, 64, elf.symbol("CONFIG_A", 2, 0, 0, 0, 0), ElfRelocation.WIDE_LOAD);
        elf.relocation(xdp, 80, helper, ElfRelocation.CALL);
        elf.relocation(xdp, 88, elf.symbol("host", 2, 0, 0, 0, 0), ElfRelocation.CALL);
        elf.relocation(maps, 16, elf.symbol("in", 1, 1, maps, 32, 24), ElfRelocation.DATA_64);
        return elf.build();
    }
}
