package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections of data, and maps in {@code maps}. */
class DataMapsTest extends ObjectFixture {
    private static Insn data(int map, int offset) {
        return new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_INDEX, map, offset);
    }

    @Test
    void sectionsOfData_becomeMapsWithTheirBytes() {
        elf.section(".rodata", ElfWriter.PROGBITS, ElfWriter.ALLOC, new byte[] {1, 2, 3});
        elf.data(".data", new byte[] {4, 5});
        elf.zeros(".bss", 100);
        elf.section(".rodata.str1.1", ElfWriter.PROGBITS, ElfWriter.ALLOC, new byte[] {6});
        elf.data(".data.rel.ro", new byte[] {7});
        elf.data(".data.empty", new byte[0]);
        elf.data(".database", new byte[] {8});
        elf.info(".data.info", new byte[] {9});

        List<MapSpec> maps = parse().maps();

        assertThat(maps)
                .extracting(MapSpec::name)
                .containsExactly(".rodata", ".data", ".bss", ".rodata.str1.1", ".data.rel.ro");
        assertThat(maps).extracting(MapSpec::origin).containsOnly(MapSpec.Origin.DATA);
        assertThat(maps).extracting(MapSpec::type).containsOnly(MapSpec.TYPE_ARRAY);
        assertThat(maps).extracting(MapSpec::valueBytes).containsExactly(3L, 2L, 100L, 1L, 1L);
        assertThat(maps).extracting(MapSpec::flags).containsExactly(128, 0, 0, 128, 0);
        assertThat(maps.getFirst().data().orElseThrow().toBytes()).containsExactly(1, 2, 3);
        MapData bss = maps.get(2).data().orElseThrow();
        assertThat(bss.isZero()).isTrue();
        assertThat(bss.toBytes()).isEqualTo(new byte[100]);
    }

    @Test
    void references_bySymbolAndBySection_becomeOffsets() {
        int code = elf.code("xdp", code(LOAD, Insn.LoadWide.of(Register.R1, 4), EXIT));
        int section = elf.data(".data", new byte[16]);
        int bss = elf.zeros(".bss", 8);
        function("main", code, 0, 5);
        int global = elf.symbol("global", ElfWriter.GLOBAL, ElfWriter.OBJECT, section, 8, 8);
        elf.relocation(code, 0, global, ElfRelocation.WIDE_LOAD);
        elf.relocation(code, 16, sectionSymbol(bss), ElfRelocation.WIDE_LOAD);

        LinkedProgram program = program("main");

        assertCode(program, data(0, 8), data(1, 4), EXIT);
        assertThat(program.maps()).containsExactlyInAnyOrder(0, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void referenceBeyondItsSection_isRefused(int offset) {
        int code = elf.code("xdp", code(Insn.LoadWide.of(Register.R1, Integer.toUnsignedLong(offset)), EXIT));
        int section = elf.data(".data", new byte[16]);
        function("main", code, 0, 3);
        elf.relocation(code, 0, sectionSymbol(section), ElfRelocation.WIDE_LOAD);

        assertLinkRefused("section xdp, insn 0: offset %d of section .data, which has 16 bytes".formatted(offset));
    }

    @Test
    void referenceToAnUnknownSection_isRefused() {
        int code = elf.code("xdp", code(LOAD, EXIT));
        int section = elf.data("custom", new byte[16]);
        function("main", code, 0, 3);
        elf.relocation(code, 0, elf.symbol("x", 1, 1, section, 0, 8), ElfRelocation.WIDE_LOAD);

        assertLinkRefused("section custom (x) is neither a map, nor data in .data, .rodata or .bss, nor code");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xfff1, 0xfff2})
    void referenceToNoSection_isRefused(int section) {
        int code = elf.code("xdp", code(LOAD, EXIT));
        function("main", code, 0, 3);
        elf.relocation(code, 0, elf.symbol("x", 1, 1, section, 0, 8), ElfRelocation.WIDE_LOAD);

        assertLinkRefused("symbol x has no place in a section");
    }

    @Test
    void dataThatHoldsPointers_isRefusedOnlyIfItIsUsed() {
        int code = elf.code("xdp", code(LOAD, EXIT, move(1), EXIT));
        int section = elf.data(".data", new byte[16]);
        function("uses", code, 0, 3);
        function("other", code, 3, 2);
        int symbol = elf.symbol("names", 1, 1, section, 0, 8);
        elf.relocation(code, 0, symbol, ElfRelocation.WIDE_LOAD);
        elf.relocation(section, 8, symbol, ElfRelocation.DATA_64);

        assertLinkRefused("section .data, offset 0x8: a pointer to names in data");
        assertThat(link(LinkOptions.none().withPrograms("other"::equals)).programs())
                .hasSize(1);
    }

    @Test
    void zerosOfFourGigabytes_areRefusedBeforeMemoryIsTaken() {
        elf.zeros(".bss", 1L << 32);

        assertLinkRefused("section .bss, offset 0x0: 4294967296 bytes of data, at most 2147483647");
    }

    @Test
    void variables_areKnownByTheirTypes() {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u32 = types.add(new BtfType.Int("u32", 4, BtfType.Encoding.UNSIGNED));
        int a = types.add(new BtfType.Variable("a", u32, Linkage.GLOBAL));
        int b = types.add(new BtfType.Variable("b", u32, Linkage.STATIC));
        int section = elf.data(".data", new byte[16]);
        types.add(new BtfType.DataSection(
                ".data", 0, List.of(new BtfType.Placed(a, 0, 4), new BtfType.Placed(b, 12, 4))));
        byte[] contents = types.toBytes();
        int btf = elf.info(".BTF", contents);
        // As compilers do: the place of a global variable is that of its symbol, the file holds 0.
        int placeOfA = indexOf(contents, a, 0, 4);
        elf.relocation(btf, placeOfA + 4, elf.symbol("a", 1, 1, section, 8, 4), ElfRelocation.DEBUG_32);

        BpfObjectFile file = parse();

        MapData data = file.maps().getFirst().data().orElseThrow();
        assertThat(data.variables())
                .containsExactly(new MapData.Variable("a", 8, 4, u32), new MapData.Variable("b", 12, 4, u32));
        assertThat(data.variable("b")).map(MapData.Variable::offsetBytes).hasValue(12L);
        assertThat(file.btf().orElseThrow().sizeBytes(b + 1)).isEqualTo(16);
    }

    private static int indexOf(byte[] contents, int... words) {
        ByteBuffer buffer = ByteBuffer.wrap(contents).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; ; at += 4) {
            boolean found = true;
            for (int i = 0; i < words.length; i++) {
                found &= buffer.getInt(at + i * 4) == words[i];
            }
            if (found) {
                return at;
            }
        }
    }

    /** As clang 14 and 15 do it with strings. */
    @Test
    void variableListedUnderAnotherSection_isPassedOver() {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u32 = types.add(new BtfType.Int("u32", 4, BtfType.Encoding.UNSIGNED));
        int a = types.add(new BtfType.Variable("a", u32, Linkage.GLOBAL));
        int b = types.add(new BtfType.Variable("b", u32, Linkage.STATIC));
        elf.symbol("a", 1, 1, elf.data(".rodata", new byte[4]), 0, 4);
        elf.symbol("b", 0, 1, elf.data(".rodata.cst4", new byte[12]), 8, 4);
        types.add(new BtfType.DataSection(
                ".rodata", 0, List.of(new BtfType.Placed(a, 0, 4), new BtfType.Placed(b, 8, 4))));
        elf.info(".BTF", types.toBytes());

        assertThat(parse().maps().getFirst().data().orElseThrow().variables())
                .containsExactly(new MapData.Variable("a", 0, 4, u32));
    }

    @Test
    void variableBeyondItsSection_isRefused() {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int u32 = types.add(new BtfType.Int("u32", 4, BtfType.Encoding.UNSIGNED));
        int a = types.add(new BtfType.Variable("a", u32, Linkage.GLOBAL));
        elf.data(".data", new byte[4]);
        types.add(new BtfType.DataSection(".data", 0, List.of(new BtfType.Placed(a, 0xffff_fffeL, 4))));
        elf.info(".BTF", types.toBytes());

        assertLinkRefused("variable a has 4 bytes from offset 4294967294, the section has 4");
    }

    private static byte[] words(ByteOrder order, int... words) {
        ByteBuffer buffer = ByteBuffer.allocate(words.length * 4).order(order);
        for (int word : words) {
            buffer.putInt(word);
        }
        return buffer.array();
    }

    @ParameterizedTest
    @MethodSource("dev.ring3.bpf.object.LinkCallsTest#orders")
    void legacyMaps_ofAnySize_areRead(ByteOrder order) {
        ElfWriter writer = new ElfWriter(order);
        byte[] contents = words(order, 1, 4, 8, -1, 2, 6, 13, 10, 100, 0, 0, 0, 2, 4, 4, 1, 0, 7, 0, 9);
        int section = writer.data("maps", contents);
        writer.symbol("plain", 1, 1, section, 0, 20);
        writer.symbol("padded", 1, 1, section, 20, 28);
        writer.symbol("longer", 1, 0, section, 48, 32);
        writer.symbol("alias", 1, 1, section, 20, 28);

        List<MapSpec> maps = BpfObjectFile.parse(writer.build()).maps();

        assertThat(maps).extracting(MapSpec::name).containsExactly("plain", "padded", "longer");
        assertThat(maps).extracting(MapSpec::origin).containsOnly(MapSpec.Origin.LEGACY);
        assertThat(maps).extracting(MapSpec::type).containsExactly(1, 6, 2);
        assertThat(maps).extracting(MapSpec::keyBytes).containsExactly(4L, 13L, 4L);
        assertThat(maps).extracting(MapSpec::valueBytes).containsExactly(8L, 10L, 4L);
        assertThat(maps).extracting(MapSpec::maxEntries).containsExactly(0xffff_ffffL, 100L, 1L);
        assertThat(maps).extracting(MapSpec::flags).containsExactly(2, 0, 0);
        assertThat(maps).extracting(MapSpec::trailingWords).containsExactly(List.of(), List.of(), List.of(7, 0, 9));
    }

    @Test
    void legacyMap_isReferredToByIndex() {
        int code = elf.code("xdp", code(LOAD, EXIT));
        int section = elf.data("maps", words(ByteOrder.LITTLE_ENDIAN, 1, 4, 8, 1, 0, 2, 4, 8, 1, 0));
        function("main", code, 0, 3);
        elf.symbol("first", 1, 1, section, 0, 20);
        elf.relocation(code, 0, elf.symbol("second", 1, 1, section, 20, 20), ElfRelocation.WIDE_LOAD);

        assertCode(program("main"), new Insn.LoadWide(Register.R1, WideSource.MAP_BY_INDEX, 1, 0), EXIT);
    }

    @Test
    void legacyMapThatIsTooSmall_isRefused() {
        elf.symbol("m", 1, 1, elf.data("maps", new byte[16]), 0, 16);

        assertLinkRefused("map m has 16 bytes, a definition has at least 20");
    }

    @Test
    void legacyMapWithoutAName_isRefused() {
        elf.data("maps", new byte[20]);

        assertLinkRefused("no symbol names the map at the section's beginning");
    }
}
