package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.btf.BtfType.Enumerator;
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

/** Maps in {@code .maps}. */
class BtfMapsTest extends ObjectFixture {
    private final MapTypes maps = new MapTypes(ByteOrder.LITTLE_ENDIAN);

    private static Insn map(int index) {
        return new Insn.LoadWide(Register.R1, WideSource.MAP_BY_INDEX, index, 0);
    }

    /** Adds {@code .maps} of some size, and the types. */
    private int maps(int bytes) {
        int section = elf.data(".maps", new byte[bytes]);
        elf.info(".BTF", maps.toBytes());
        return section;
    }

    private void assertDefinitionRefused(String problem, MapTypes.Field... fields) {
        maps.map("m", 0, fields.length * 8L, maps.definition(fields));
        maps(fields.length * 8);

        assertLinkRefused("section .maps, offset 0x0: map m: " + problem);
    }

    @Test
    void definitions_everyField_isRead() {
        int extra = maps.types.add(new BtfType.Enum64("", 8, false, List.of(new Enumerator("unique", 1L << 33))));
        int one = maps.definition(
                maps.number("type", 1),
                maps.number("max_entries", 16),
                maps.type("key", maps.u32),
                maps.type("value", maps.u64),
                maps.number("map_flags", 5),
                maps.number("numa_node", 3),
                maps.number("pinning", 1),
                new MapTypes.Field("map_extra", extra));
        int two = maps.definition(
                maps.number("type", 27),
                maps.number("max_entries", 0xffff_ffffL),
                maps.number("key_size", 12),
                maps.number("value_size", 40),
                maps.number("map_extra", 7));
        // The order is that of places, not of types.
        maps.map("second", 64, 40, two).map("first", 0, 64, one);
        maps(104);

        assertThat(parse().maps())
                .containsExactly(
                        spec("first", 1, 4, 8, 16, 5, 1L << 33, 3, 1, maps.u32, maps.u64),
                        spec("second", 27, 12, 40, 0xffff_ffffL, 0, 7, 0, 0, 0, 0));
    }

    private static MapSpec spec(
            String name,
            int type,
            long keyBytes,
            long valueBytes,
            long maxEntries,
            int flags,
            long extra,
            int node,
            int pinning,
            int key,
            int value) {
        MapSpec.Builder map = new MapSpec.Builder(name, MapSpec.Origin.BTF);
        map.type = type;
        map.keyBytes = keyBytes;
        map.valueBytes = valueBytes;
        map.maxEntries = maxEntries;
        map.flags = flags;
        map.extra = extra;
        map.numaNode = node;
        map.pinning = pinning;
        map.keyTypeId = key;
        map.valueTypeId = value;
        return map.build();
    }

    @Test
    void references_bySymbolAndBySection_becomeIndices() {
        int array = maps.definition(maps.number("type", 2), maps.number("max_entries", 1));
        maps.map("a", 0, 16, array).map("b", 16, 16, array);
        int code = elf.code("xdp", code(LOAD, Insn.LoadWide.of(Register.R1, 16), EXIT));
        int section = maps(32);
        function("main", code, 0, 5);
        int a = elf.symbol("a", ElfWriter.GLOBAL, ElfWriter.OBJECT, section, 0, 16);
        elf.relocation(code, 0, a, ElfRelocation.WIDE_LOAD);
        elf.relocation(code, 16, sectionSymbol(section), ElfRelocation.WIDE_LOAD);

        LinkedProgram program = program("main");

        assertCode(program, map(0), map(1), EXIT);
        assertThat(program.maps()).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void referenceIntoAMap_isRefused() {
        maps.map("a", 0, 16, maps.definition(maps.number("type", 2), maps.number("max_entries", 1)));
        int code = elf.code("xdp", code(Insn.LoadWide.of(Register.R1, 8), EXIT));
        int section = maps(16);
        function("main", code, 0, 3);
        int a = elf.symbol("a", ElfWriter.GLOBAL, ElfWriter.OBJECT, section, 0, 16);
        elf.relocation(code, 0, a, ElfRelocation.WIDE_LOAD);

        assertLinkRefused("section xdp, insn 0: offset 8 of section .maps (a) is neither a map");
    }

    @Test
    void mapOfMaps_hasAnInnerMapAndInitialValues() {
        int inner = maps.definition(
                maps.number("type", 2),
                maps.number("max_entries", 4),
                maps.type("key", maps.u32),
                maps.type("value", maps.u64));
        int outer = maps.definition(
                maps.number("type", 12), maps.number("max_entries", 4), maps.number("key_size", 4), maps.values(inner));
        maps.map("outer", 0, 64, outer).map("in1", 64, 32, inner).map("in2", 96, 32, inner);
        int section = maps(128);
        elf.relocation(section, 24 + 3 * 8, elf.symbol("in2", 1, 1, section, 96, 32), ElfRelocation.DATA_64);
        elf.relocation(section, 24 + 8, elf.symbol("in1", 1, 1, section, 64, 32), ElfRelocation.DATA_64);

        MapSpec map = parse().maps().getFirst();

        assertThat(map.valueBytes()).isEqualTo(4);
        assertThat(map.inner()).hasValue(spec("outer.inner", 2, 4, 8, 4, 0, 0, 0, 0, maps.u32, maps.u64));
        assertThat(map.initialValues()).containsExactly(new MapSpec.InitialMap(1, 1), new MapSpec.InitialMap(3, 2));
    }

    @Test
    void programArray_holdsPrograms() {
        int proto = maps.types.add(new BtfType.Prototype(maps.u32, List.of()));
        maps.map(
                "jumps",
                0,
                48,
                maps.definition(
                        maps.number("type", 3),
                        maps.number("max_entries", 2),
                        maps.number("key_size", 4),
                        maps.values(proto)));
        int code = elf.code("xdp", code(move(1), EXIT, move(2), EXIT));
        int section = maps(48);
        function("first", code, 0, 2);
        int second = function("second", code, 2, 2);
        elf.relocation(section, 32, second, ElfRelocation.DATA_64);

        assertThat(parse().maps().getFirst().initialValues()).containsExactly(new MapSpec.InitialProgram(1, "second"));
    }

    @Test
    void programArray_bySectionAndPlace_holdsPrograms() {
        int proto = maps.types.add(new BtfType.Prototype(maps.u32, List.of()));
        maps.map(
                "jumps",
                0,
                32,
                maps.definition(maps.number("type", 3), maps.number("max_entries", 1), maps.values(proto)));
        int code = elf.code("xdp", code(move(1), EXIT, move(2), EXIT));
        function("second", code, 2, 2);
        byte[] contents = new byte[32];
        ByteBuffer.wrap(contents).order(ByteOrder.LITTLE_ENDIAN).putLong(16, 16);
        int section = elf.data(".maps", contents);
        elf.info(".BTF", maps.toBytes());
        elf.relocation(section, 16, sectionSymbol(code), ElfRelocation.DATA_64);

        assertThat(parse().maps().getFirst().initialValues()).containsExactly(new MapSpec.InitialProgram(0, "second"));
    }

    @Test
    void initialValue_thatIsNoProgramOrMap_isRefused() {
        int proto = maps.types.add(new BtfType.Prototype(maps.u32, List.of()));
        maps.map(
                "jumps",
                0,
                32,
                maps.definition(maps.number("type", 3), maps.number("max_entries", 1), maps.values(proto)));
        int code = elf.code("xdp", code(move(1), EXIT, move(2), EXIT));
        int section = maps(32);
        function("main", code, 0, 2);
        elf.relocation(section, 16, staticFunction("hidden", code, 2, 2), ElfRelocation.DATA_64);

        assertLinkRefused("element 0 of map jumps refers to hidden, which is no program");
    }

    @Test
    void initialValue_pastTheLastElement_isRefused() {
        int proto = maps.types.add(new BtfType.Prototype(maps.u32, List.of()));
        maps.map(
                "jumps",
                0,
                32,
                maps.definition(maps.number("type", 3), maps.number("max_entries", 1), maps.values(proto)));
        int code = elf.code("xdp", code(move(1), EXIT));
        int section = maps(32);
        elf.relocation(section, 24, function("main", code, 0, 2), ElfRelocation.DATA_64);

        assertLinkRefused("element 1 of map jumps, which has 1");
    }

    @Test
    void pointerElsewhereInAMap_isRefused() {
        maps.map("m", 0, 16, maps.definition(maps.number("type", 2), maps.number("max_entries", 1)));
        int section = maps(16);
        elf.relocation(section, 8, elf.symbol("m", 1, 1, section, 0, 16), ElfRelocation.DATA_64);

        assertLinkRefused("section .maps, offset 0x8: relocation type 2 against m; only the elements of values");
    }

    @Test
    void unknownField_isRefused() {
        assertDefinitionRefused("unknown field max_entry", maps.number("max_entry", 4));
    }

    @Test
    void sizesThatDisagree_areRefused() {
        assertDefinitionRefused("keys of 8 bytes and of 4", maps.number("key_size", 8), maps.type("key", maps.u32));
    }

    @Test
    void fieldThatIsNoNumber_isRefused() {
        assertDefinitionRefused("field type is no number", new MapTypes.Field("type", maps.u32));
    }

    @Test
    void keyThatIsNoPointer_isRefused() {
        assertDefinitionRefused("field key is no pointer to a type", new MapTypes.Field("key", maps.u32));
    }

    @Test
    void keyWithoutSize_isRefused() {
        assertDefinitionRefused("BTF offset", maps.type("key", 0));
    }

    @Test
    void unknownPinning_isRefused() {
        assertDefinitionRefused("pinning 2; 0 (none) and 1 (by name) exist", maps.number("pinning", 2));
    }

    @Test
    void valuesOfAnotherType_areRefused() {
        assertDefinitionRefused("values is no array of pointers", new MapTypes.Field("values", maps.u32));
    }

    @Test
    void valuesOfAMapThatHoldsNone_areRefused() {
        int inner = maps.definition(maps.number("type", 2));
        assertDefinitionRefused("a map of type 1 holds no maps", maps.number("type", 1), maps.values(inner));
    }

    @Test
    void mapInAMapInAMap_isRefused() {
        int innermost = maps.definition(maps.number("type", 2));
        int inner = maps.definition(maps.number("type", 12), maps.values(innermost));
        maps.map("m", 0, 16, maps.definition(maps.number("type", 12), maps.values(inner)));
        maps(16);

        assertLinkRefused("map m.inner: a map in a map of maps holds nothing from the start");
    }

    @Test
    void definitionThatIsNoStruct_isRefused() {
        maps.map("m", 0, 8, maps.u32);
        maps(8);

        assertLinkRefused("map m: its definition is no struct");
    }

    @Test
    void definitionThatIsItself_isRefused() {
        int typedef = maps.types.add(new BtfType.Typedef("t", maps.types.nextId()));
        maps.map("m", 0, 8, typedef);
        maps(8);

        assertLinkRefused("to itself");
    }

    @Test
    void variableBeyondItsSection_isRefused() {
        maps.map("m", 8, 16, maps.definition(maps.number("type", 2), maps.number("max_entries", 1)));
        maps(16);

        assertLinkRefused("variable m has 16 bytes from offset 8, the section has 16");
    }

    @Test
    void variableSmallerThanItsType_isRefused() {
        maps.map("m", 0, 8, maps.definition(maps.number("type", 2), maps.number("max_entries", 1)));
        maps(16);

        assertLinkRefused("its definition has 16 bytes and the variable 8");
    }

    @Test
    void twoMapsAtOnePlace_areRefused() {
        int array = maps.definition(maps.number("type", 2));
        maps.map("a", 0, 8, array).map("b", 0, 8, array);
        maps(8);

        assertLinkRefused("a second map at this place, b");
    }

    @Test
    void externMap_isRefused() {
        int array = maps.definition(maps.number("type", 2));
        int variable = maps.types.add(new BtfType.Variable("far", array, Linkage.EXTERN));
        elf.data(".maps", new byte[8]);
        maps.types.add(new BtfType.DataSection(".maps", 8, List.of(new BtfType.Placed(variable, 0, 8))));
        elf.info(".BTF", maps.types.toBytes());

        assertLinkRefused("map far is defined in another file");
    }

    @Test
    void mapsWithoutTypes_areRefusedWhenLinked() {
        elf.data(".maps", new byte[8]);
        function("main", elf.code("xdp", code(move(1), EXIT)), 0, 2);

        assertThat(parse().programs()).containsExactly("main");
        assertLinkRefused("compile with -g");
    }

    @Test
    void mapsWithoutBytes_areRefused() {
        elf.zeros(".maps", 1L << 40);
        elf.info(".BTF", maps.toBytes());

        assertLinkRefused("definitions of maps without bytes in the file");
    }

    @Test
    void mapsInANullSection_areRefused() {
        int array =
                maps.definition(maps.number("type", 12), maps.number("max_entries", 1), maps.values(maps.definition()));
        maps.map("m", 0, 32, array);
        int section = maps(32);
        elf.relocation(section, 24, elf.symbol("m", 1, 1, section, 0, 32), ElfRelocation.DATA_64);
        byte[] file = elf.build();
        ElfWriter.buffer(file).putInt(ElfWriter.headerAt(file, section) + 4, 0);
        BpfObjectFile object = BpfObjectFile.parse(file);

        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(object::maps)
                .withMessageContaining("definitions of maps without bytes in the file");
    }
}
