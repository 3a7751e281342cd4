package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.btf.BtfType.Member;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BtfTest {
    private static final List<BtfType> ALL_KINDS = List.of(
            new BtfType.Int("long", 8, Encoding.SIGNED),
            new BtfType.Int("odd", 4, Encoding.BOOL, 5, 3),
            new BtfType.Pointer(1),
            new BtfType.Pointer("*const T", 0),
            new BtfType.Array(1, 1, 0xffff_ffffL),
            new BtfType.Struct("s", 16, List.of(new Member("a", 1, 0), new Member("", 3, 64))),
            new BtfType.Struct(
                    "bits", 8, List.of(new Member("a", 1, 0, 7), new Member("b", 1, 7, 21), new Member("c", 1, 32))),
            new BtfType.Union("u", 0xffff_fff8L, List.of(new Member("far", 1, 0xffff_ffc0L))),
            new BtfType.Enum32("e", 4, true, List.of(new BtfType.Enumerator("A", -1), new BtfType.Enumerator("B", 1))),
            new BtfType.Enum32("", 1, false, List.of(new BtfType.Enumerator("C", 0xffff_ffffL))),
            new BtfType.Forward("fs", false),
            new BtfType.Forward("fu", true),
            new BtfType.Typedef("t", 1),
            new BtfType.Volatile(1),
            new BtfType.Const(1),
            new BtfType.Restrict(3),
            new BtfType.Function("f", 18, Linkage.EXTERN),
            new BtfType.Prototype(1, List.of(new BtfType.Parameter("x", 1), new BtfType.Parameter("", 0))),
            new BtfType.Variable("v", 1, Linkage.GLOBAL),
            new BtfType.DataSection(".data", 24, List.of(new BtfType.Placed(19, 8, 8), new BtfType.Placed(17, 0, 0))),
            new BtfType.FloatType("double", 8),
            new BtfType.FloatType("long double", 12),
            new BtfType.DeclarationTag("user", 6, 1, false),
            new BtfType.DeclarationTag("attr", 17, -1, true),
            new BtfType.TypeTag("rcu", 1, false),
            new BtfType.TypeTag("attr", 1, true),
            new BtfType.Enum64(
                    "e64",
                    8,
                    false,
                    List.of(new BtfType.Enumerator("D", 0x1234_5678_9abc_def0L), new BtfType.Enumerator("E", -1))));

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void everyKind_writtenAndRead_isTheSame(ByteOrder order) {
        BtfBuilder builder = new BtfBuilder(order);
        ALL_KINDS.forEach(builder::add);

        Btf btf = builder.build();

        assertThat(btf.order()).isEqualTo(order);
        assertThat(btf.typeCount()).isEqualTo(ALL_KINDS.size());
        for (int id = 1; id <= btf.typeCount(); id++) {
            assertThat(btf.type(id)).isEqualTo(ALL_KINDS.get(id - 1));
            assertThat(btf.kind(id)).isEqualTo(ALL_KINDS.get(id - 1).kind());
        }
        Set<BtfKind> kinds = ALL_KINDS.stream().map(BtfType::kind).collect(Collectors.toSet());
        kinds.add(btf.type(0).kind());
        assertThat(kinds).isEqualTo(EnumSet.allOf(BtfKind.class));
    }

    /** Written out by hand from Documentation/bpf/btf.rst. */
    @Test
    void goldenBytes_builder_writesThem() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        builder.add(new BtfType.Int("int", 4, Encoding.SIGNED));
        builder.add(new BtfType.Struct("s", 4, List.of(new Member("a", 1, 0, 3), new Member("b", 1, 3, 29))));
        byte[] golden = HexFormat.ofDelimiter(" ")
                .parseHex("9f eb 01 00 18 00 00 00 "
                        + "00 00 00 00 34 00 00 00 34 00 00 00 0b 00 00 00 "
                        + "01 00 00 00 00 00 00 01 04 00 00 00 20 00 00 01 "
                        + "05 00 00 00 02 00 00 84 04 00 00 00 "
                        + "07 00 00 00 01 00 00 00 00 00 00 03 "
                        + "09 00 00 00 01 00 00 00 03 00 00 1d "
                        + "00 69 6e 74 00 73 00 61 00 62 00");

        assertThat(builder.toBytes()).isEqualTo(golden);
    }

    @Test
    void findByName_severalOfAKind_givesThemInOrder() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int first = builder.add(new BtfType.Struct("s", 4, List.of()));
        builder.add(new BtfType.Union("s", 4, List.of()));
        int flavour = builder.add(new BtfType.Struct("s___old", 4, List.of()));
        int second = builder.add(new BtfType.Struct("s", 8, List.of()));
        builder.add(new BtfType.Struct("", 8, List.of()));
        Btf btf = builder.build();

        assertThat(btf.find(BtfKind.STRUCT, "s")).hasValue(first);
        assertThat(btf.findAll(BtfKind.STRUCT, "s")).containsExactly(first, second);
        assertThat(btf.find(BtfKind.STRUCT, "s___old")).hasValue(flavour);
        assertThat(btf.find(BtfKind.STRUCT, "s___")).isEmpty();
        assertThat(btf.find(BtfKind.ENUM, "s")).isEmpty();
        assertThat(btf.find(BtfKind.STRUCT, "nothing")).isEmpty();
        assertThat(btf.flavoursOf("s")).containsExactly(first, first + 1, flavour, second);
    }

    @Test
    void sizes_ofEveryKind_areThoseOfC() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u16 = builder.add(new BtfType.Int("u16", 2, Encoding.UNSIGNED));
        int typedef = builder.add(new BtfType.Typedef("t", u16));
        int constant = builder.add(new BtfType.Const(typedef));
        int tag = builder.add(new BtfType.TypeTag("tag", constant, false));
        int array = builder.add(new BtfType.Array(tag, u16, 5));
        int arrays = builder.add(new BtfType.Array(array, u16, 7));
        int pointer = builder.add(new BtfType.Pointer(0));
        int variable = builder.add(new BtfType.Variable("v", arrays, Linkage.STATIC));
        int number = builder.add(new BtfType.FloatType("float", 4));
        int choice = builder.add(new BtfType.Enum32("e", 4, false, List.of()));
        Btf btf = builder.build();

        assertThat(Stream.of(u16, typedef, constant, tag, array, arrays, pointer, variable, number, choice)
                        .map(btf::sizeBytes))
                .containsExactly(2L, 2L, 2L, 2L, 10L, 70L, 8L, 70L, 4L, 4L);
        assertThat(btf.strip(tag)).isEqualTo(u16);
        assertThat(btf.strip(array)).isEqualTo(array);
    }

    @Test
    void size_ofWhatHasNone_isRefused() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int forward = builder.add(new BtfType.Forward("f", false));
        int prototype = builder.add(new BtfType.Prototype(0, List.of()));
        Btf btf = builder.build();

        for (int id : new int[] {0, forward, prototype}) {
            assertThatExceptionOfType(BtfException.class)
                    .isThrownBy(() -> btf.sizeBytes(id))
                    .withMessageContaining("has no size");
        }
    }

    @Test
    void size_pastThirtyTwoBits_isRefused() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u64 = builder.add(new BtfType.Int("u64", 8, Encoding.UNSIGNED));
        int large = builder.add(new BtfType.Array(u64, u64, 0x2000_0000L));
        int huge = builder.add(new BtfType.Array(large, u64, 0xffff_ffffL));
        int wrapping = builder.add(new BtfType.Array(huge, u64, 0xffff_ffffL));
        Btf btf = builder.build();

        for (int id : new int[] {large, huge, wrapping}) {
            assertThatExceptionOfType(BtfException.class)
                    .isThrownBy(() -> btf.sizeBytes(id))
                    .withMessageContaining("more than 32 bits count");
        }
    }

    @Test
    void cyclicBtfTypes_resolved_areRefused() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int typedef = builder.add(new BtfType.Typedef("t", 2));
        builder.add(new BtfType.Const(1));
        int self = builder.add(new BtfType.Volatile(3));
        int array = builder.add(new BtfType.Array(4, 4, 1));
        int variable = builder.add(new BtfType.Variable("v", 5, Linkage.STATIC));
        Btf btf = builder.build();

        for (int id : new int[] {typedef, 2, self}) {
            assertThatExceptionOfType(BtfException.class)
                    .isThrownBy(() -> btf.strip(id))
                    .withMessageContaining("leads through typedefs or modifiers to itself");
        }
        for (int id : new int[] {typedef, self, array, variable}) {
            assertThatExceptionOfType(BtfException.class)
                    .isThrownBy(() -> btf.sizeBytes(id))
                    .withMessageContaining("to itself");
        }
    }

    @Test
    void structThatContainsItself_field_isFoundOnceOrNotAtAll() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u32 = builder.add(new BtfType.Int("u32", 4, Encoding.UNSIGNED));
        int struct = builder.add(new BtfType.Struct(
                "s", 16, List.of(new Member("", 2, 0), new Member("", 3, 32), new Member("last", u32, 96))));
        builder.add(new BtfType.Union("u", 16, List.of(new Member("", 2, 0), new Member("", 3, 8))));
        Btf btf = builder.build();

        assertThat(btf.field(struct, "last")).hasValue(new BtfField(u32, 96, 0));
        assertThat(btf.field(struct, "missing")).isEmpty();
    }

    @Test
    void field_byPath_looksThroughAnonymousMembersAndTypedefs() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u32 = builder.add(new BtfType.Int("u32", 4, Encoding.UNSIGNED));
        int inner = builder.add(
                new BtfType.Struct("", 8, List.of(new Member("x", u32, 0), new Member("flag", u32, 35, 2))));
        int union = builder.add(new BtfType.Union("", 8, List.of(new Member("", inner, 0), new Member("raw", u32, 0))));
        int typedef = builder.add(new BtfType.Typedef("inner_t", inner));
        int outer = builder.add(new BtfType.Struct(
                "outer",
                32,
                List.of(new Member("a", u32, 0), new Member("", union, 64), new Member("in", typedef, 128))));
        Btf btf = builder.build();

        assertThat(btf.field(outer, "flag")).hasValue(new BtfField(u32, 99, 2));
        assertThat(btf.field(outer, "flag").map(BtfField::byteOffset)).hasValue(12L);
        assertThat(btf.field(outer, "raw")).hasValue(new BtfField(u32, 64, 0));
        assertThat(btf.field(outer, "in.flag")).hasValue(new BtfField(u32, 163, 2));
        assertThat(btf.field(outer, "a.x")).isEmpty();
        assertThat(btf.field(outer, "")).isEmpty();
        assertThat(btf.field(u32, "x")).isEmpty();
    }

    @Test
    void addStruct_ofSeveralFields_liesAsInC() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u8 = builder.add(new BtfType.Int("u8", 1, Encoding.UNSIGNED));
        int u64 = builder.add(new BtfType.Int("u64", 8, Encoding.UNSIGNED));
        int bytes = builder.add(new BtfType.Array(u8, u64, 3));
        int small = builder.addStruct("small", new BtfBuilder.Field("a", u8), new BtfBuilder.Field("b", bytes));
        int large = builder.addStruct(
                "large",
                new BtfBuilder.Field("s", small),
                new BtfBuilder.Field("c", u8),
                new BtfBuilder.Field("d", u64),
                new BtfBuilder.Field("e", u8));
        Btf btf = builder.build();

        assertThat(btf.sizeBytes(small)).isEqualTo(4);
        assertThat(btf.sizeBytes(large)).isEqualTo(24);
        assertThat(Stream.of("s", "c", "d", "e")
                        .map(name -> btf.field(large, name).orElseThrow().byteOffset()))
                .containsExactly(0L, 4L, 8L, 16L);
    }

    @Test
    void withSectionSizes_emptyOnes_areFilled() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.BIG_ENDIAN);
        int empty = builder.add(new BtfType.DataSection(".data", 0, List.of()));
        int known = builder.add(new BtfType.DataSection(".bss", 4, List.of()));
        int unknown = builder.add(new BtfType.DataSection(".ksyms", 0, List.of()));

        Btf btf = builder.build()
                .withSectionSizes(name -> name.equals(".ksyms") ? OptionalLong.empty() : OptionalLong.of(99));

        assertThat(Stream.of(empty, known, unknown).map(btf::sizeBytes)).containsExactly(99L, 4L, 0L);
    }

    @Test
    void typesOfTheKernel_read_areFoundByNameAndHaveSizes() throws IOException {
        Path kernel = Path.of("/sys/kernel/btf/vmlinux");
        Assumptions.assumeTrue(Files.isReadable(kernel), "this kernel has no /sys/kernel/btf/vmlinux");

        Btf btf = Btf.read(kernel);

        assertThat(btf.typeCount()).isGreaterThan(10_000);
        int task = btf.find(BtfKind.STRUCT, "task_struct").orElseThrow();
        assertThat(btf.sizeBytes(task)).isGreaterThan(1_000);
        Optional<BtfField> pid = btf.field(task, "pid");
        assertThat(pid.map(field -> btf.type(btf.strip(field.typeId()))))
                .hasValue(new BtfType.Int("int", 4, Encoding.SIGNED));
        for (int id = 0; id <= btf.typeCount(); id++) {
            assertThat(btf.type(id).kind()).isEqualTo(btf.kind(id));
        }
    }
}
