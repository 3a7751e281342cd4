package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects with {@code .BTF} and {@code .BTF.ext}: source lines, function types, CO-RE relocations. */
class TypesInObjectTest extends ObjectFixture {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final BtfBuilder types = new BtfBuilder(ORDER);
    private final BtfExtWriter ext = new BtfExtWriter(types, ORDER);
    private final int u32 = types.add(new BtfType.Int("unsigned int", 4, Encoding.UNSIGNED));
    private final int prototype = types.add(new BtfType.Prototype(u32, List.of()));
    private final int struct = types.addStruct("s", new BtfBuilder.Field("a", u32), new BtfBuilder.Field("b", u32));

    private static Insn load(int offset) {
        return new Insn.Load(Size.WORD, false, Register.R0, Register.R1, offset);
    }

    private void writeTypes() {
        byte[] contents = ext.toBytes();
        elf.info(".BTF", types.toBytes());
        elf.info(".BTF.ext", contents);
    }

    private static Btf host(String... fields) {
        BtfBuilder host = new BtfBuilder(ORDER);
        int number = host.add(new BtfType.Int("unsigned int", 4, Encoding.UNSIGNED));
        BtfBuilder.Field[] all = new BtfBuilder.Field[fields.length];
        for (int i = 0; i < fields.length; i++) {
            all[i] = new BtfBuilder.Field(fields[i], number);
        }
        host.addStruct("s", all);
        return host.build();
    }

    @Test
    void linesAndFunctionTypes_followTheirFunctions() {
        int main = elf.code("xdp", code(CALL, move(1), EXIT));
        int text = elf.code(".text", code(move(2), EXIT, move(3), EXIT));
        function("main", main, 0, 3);
        int helper = staticFunction("helper", text, 2, 2);
        staticFunction("unused", text, 0, 2);
        elf.relocation(main, 0, helper, ElfRelocation.CALL);
        int mainType = types.add(new BtfType.Function("main", prototype, Linkage.GLOBAL));
        int helperType = types.add(new BtfType.Function("helper", prototype, Linkage.STATIC));
        ext.function("xdp", 0, mainType).function(".text", 16, helperType);
        ext.line("xdp", 0, "a.c", "return helper();", 7, 10).line("xdp", 16, "a.c", "}", 8, 1);
        ext.line(".text", 0, "a.c", "unused", 1, 1).line(".text", 24, "h.h", "return 3;", 3, 5);
        writeTypes();

        LinkedProgram program = program("main");

        assertThat(program.functions())
                .containsExactly(
                        new LinkedFunction("main", "xdp", 0, 3, 0, mainType),
                        new LinkedFunction("helper", ".text", 3, 2, 2, helperType));
        SourceLine call = new SourceLine("a.c", 7, 10, "return helper();");
        assertThat(program.lines().at(0)).hasValue(call);
        assertThat(program.lines().at(1)).hasValue(call);
        assertThat(program.lines().startingAt(1)).isEmpty();
        assertThat(program.lines().at(2)).hasValue(new SourceLine("a.c", 8, 1, "}"));
        // Neither main's last line nor that of the function before it in its section.
        assertThat(program.lines().at(3)).isEmpty();
        assertThat(parse().codeSections().get(1).lines().at(2)).isEmpty();
        assertThat(program.lines().at(4)).hasValue(new SourceLine("h.h", 3, 5, "return 3;"));
        assertThat(call).hasToString("a.c:7:10");
    }

    @Test
    void functionWithoutLines_hasNone() {
        int main = elf.code("xdp", code(CALL, EXIT));
        int text = elf.code(".text", code(move(2), EXIT));
        function("main", main, 0, 2);
        elf.relocation(main, 0, staticFunction("helper", text, 0, 2), ElfRelocation.CALL);
        ext.line("xdp", 0, "a.c", "", 7, 10);
        writeTypes();

        LinkedProgram program = program("main");

        assertThat(program.lines().at(1)).isPresent();
        assertThat(program.lines().at(2)).isEqualTo(Optional.empty());
        assertThat(program.lines().isEmpty()).isFalse();
    }

    @Test
    void codeSection_showsSymbolsReferencesAndLines() {
        int main = elf.code("xdp", code(CALL, Insn.LoadWide.of(Register.R1, 8), new Insn.CallLocal(2), EXIT));
        int data = elf.data(".data", new byte[16]);
        int text = elf.code(".text", code(move(2), EXIT, move(3), EXIT));
        function("main", main, 0, 5);
        elf.symbol("label", ElfWriter.LOCAL, ElfWriter.NOTYPE, main, 40, 0);
        int external = elf.symbol("external", ElfWriter.GLOBAL, ElfWriter.NOTYPE, 0, 0, 0);
        elf.relocation(main, 0, external, ElfRelocation.CALL);
        elf.relocation(main, 8, sectionSymbol(data), ElfRelocation.WIDE_LOAD);
        elf.relocation(main, 24, sectionSymbol(text), ElfRelocation.CALL);
        ext.line("xdp", 8, "a.c", "x", 1, 2);
        writeTypes();

        CodeSection section = parse().codeSections().getFirst();

        assertThat(section.name()).isEqualTo("xdp");
        assertThat(section.slotCount()).isEqualTo(5);
        assertThat(section.code().at(0)).isEqualTo(CALL);
        assertThat(section.symbols())
                .containsExactly(new CodeSymbol("main", 0, 5, true, true), new CodeSymbol("label", 5, 0, false, false));
        assertThat(section.references().values())
                .extracting(CodeReference::toString)
                .containsExactly("external", ".data+8", ".text+24");
        assertThat(section.lines().at(0)).isEmpty();
        assertThat(section.lines().startingAt(1)).hasValue(new SourceLine("a.c", 1, 2, "x"));
        assertThat(section.lines().at(4)).hasValue(new SourceLine("a.c", 1, 2, "x"));
    }

    @Test
    void fieldThatMoved_isLoadedFromItsPlace() {
        function("main", elf.code("xdp", code(load(4), EXIT)), 0, 2);
        ext.relocation("xdp", 0, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        LinkedObject object = link(LinkOptions.none().withTarget(host("x", "y", "b")));

        assertCode(object.program("main").orElseThrow(), load(8), EXIT);
    }

    @Test
    void fieldThatIsGone_isPoisoned() {
        Insn wide = Insn.LoadWide.of(Register.R1, 4);
        function("main", elf.code("xdp", code(move(1), wide, load(4), EXIT)), 0, 5);
        ext.relocation("xdp", 0, struct, "0:1", CoreKind.FIELD_EXISTS);
        ext.relocation("xdp", 8, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        ext.relocation("xdp", 24, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        LinkedProgram program =
                link(LinkOptions.none().withTarget(host("a"))).program("main").orElseThrow();

        Insn poison = new Insn.CallHelper(LinkedProgram.POISON);
        assertCode(program, move(0), poison, poison, poison, EXIT);
        assertThat(program.poisoned()).containsOnlyKeys(1, 3);
        assertThat(program.poisoned().get(3)).contains("STRUCT s, access 0:1");
    }

    @Test
    void relocationsWithoutTheHostsTypes_areRefused() {
        function("main", elf.code("xdp", code(load(4), EXIT)), 0, 2);
        ext.relocation("xdp", 0, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        assertLinkRefused("section xdp, insn 0: CO-RE relocation: FIELD_BYTE_OFFSET of the host's types");
    }

    @Test
    void localTypeId_needsNoHost() {
        function("main", elf.code("xdp", code(move(99), EXIT)), 0, 2);
        ext.relocation("xdp", 0, struct, "0", CoreKind.TYPE_ID_LOCAL);
        writeTypes();

        assertCode(program("main"), move(struct), EXIT);
    }

    @Test
    void relocationOfAnInstructionThatHoldsSomethingElse_isRefused() {
        function("main", elf.code("xdp", code(load(12), EXIT)), 0, 2);
        ext.relocation("xdp", 0, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        assertRefused(
                LinkOptions.none().withTarget(host("b")),
                "section xdp, insn 0: CO-RE relocation: the instruction holds 12, the object's own types say 4");
    }

    @Test
    void malformedRelocation_isRefused() {
        function("main", elf.code("xdp", code(load(4), EXIT)), 0, 2);
        ext.relocation("xdp", 0, struct, "0:9", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        assertRefused(LinkOptions.none().withTarget(host("b")), "type 3 has 2 members");
    }

    @Test
    void relocationInTheMiddleOfAWideInstruction_isRefused() {
        function("main", elf.code("xdp", code(LOAD, EXIT)), 0, 3);
        ext.relocation("xdp", 8, struct, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        assertLinkRefused("section xdp, insn 1: a relocation in the middle of a wide instruction");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, -8})
    void placeThatIsNoInstruction_isRefused(int offset) {
        function("main", elf.code("xdp", code(load(4), EXIT)), 0, 2);
        ext.line("xdp", offset, "a.c", "", 1, 1);
        writeTypes();

        assertLinkRefused("line information for offset %s".formatted(Integer.toUnsignedString(offset)));
    }

    @Test
    void typesInAnotherByteOrder_areRefused() {
        elf.info(".BTF", new BtfBuilder(ByteOrder.BIG_ENDIAN).toBytes());

        assertLinkRefused("types in byte order BIG_ENDIAN of a file in LITTLE_ENDIAN");
    }

    @Test
    void malformedTypes_areRefusedWithTheirPlaceInTheFile() {
        byte[] contents = types.toBytes();
        contents[24] = 99;
        int section = elf.info(".BTF", contents);
        byte[] file = elf.build();

        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> BpfObjectFile.parse(file))
                .withMessageStartingWith("section .BTF: BTF offset 0x18")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(ElfWriter.contentsAt(file, section) + 24));
    }

    @Test
    void cyclicBtfTypes_areRefusedWhereTheyAreResolved() {
        int cycle = types.add(new BtfType.Typedef("t", types.nextId()));
        int broken = types.add(new BtfType.Struct("s", 8, List.of(new Member("a", cycle, 0))));
        function("main", elf.code("xdp", code(load(0), EXIT)), 0, 2);
        ext.relocation("xdp", 0, broken, "0:0", CoreKind.FIELD_BYTE_OFFSET);
        writeTypes();

        assertRefused(LinkOptions.none().withTarget(host("a")), "type 4 leads through typedefs or modifiers to itself");
    }

    @Test
    void relocationOfTypesAtTheSectionsEnd_isRefused() {
        byte[] contents = types.toBytes();
        int section = elf.info(".BTF", contents);
        elf.relocation(section, contents.length - 2, elf.symbol("x", 1, 1, section, 0, 0), ElfRelocation.DEBUG_32);

        assertLinkRefused("a relocation of 4 bytes at the section's end");
    }
}
