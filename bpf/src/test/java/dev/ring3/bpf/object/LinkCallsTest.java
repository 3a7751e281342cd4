package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and addresses of functions. */
class LinkCallsTest extends ObjectFixture {
    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private static Insn address(int offset) {
        return new Insn.LoadWide(Register.R1, WideSource.CODE, offset, 0);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void callsAcrossSections_appendTheFunctionsInTheOrderTheyAreMet(ByteOrder order) {
        ElfWriter writer = new ElfWriter(order);
        int main = writer.code("xdp", code(order, CALL, new Insn.CallLocal(1), EXIT));
        int text = writer.code(".text", code(order, move(7), EXIT, CALL, move(8), EXIT));
        int other = writer.code("other", code(order, move(9), EXIT));
        writer.symbol("main", ElfWriter.GLOBAL, ElfWriter.FUNC, main, 0, 24);
        writer.symbol("leaf", ElfWriter.LOCAL, ElfWriter.FUNC, text, 0, 16);
        writer.symbol("middle", ElfWriter.LOCAL, ElfWriter.FUNC, text, 16, 24);
        int far = writer.symbol("far", ElfWriter.GLOBAL, ElfWriter.FUNC, other, 0, 16);
        int textSymbol = writer.symbol("", ElfWriter.LOCAL, ElfWriter.SECTION, text, 0, 0);
        int leaf = writer.symbol("alias", ElfWriter.GLOBAL, ElfWriter.NOTYPE, text, 0, 0);
        // The first by its symbol, the second by its section and (imm + 1) * 8.
        writer.relocation(main, 0, leaf, ElfRelocation.CALL).relocation(main, 8, textSymbol, ElfRelocation.CALL);
        writer.relocation(text, 16, far, ElfRelocation.CALL);

        LinkedObject object = BpfObjectFile.parse(writer.build()).link(LinkOptions.none());

        assertThat(object.order()).isEqualTo(order);
        LinkedProgram program = object.program("main").orElseThrow();
        assertCode(
                program,
                new Insn.CallLocal(2),
                new Insn.CallLocal(3),
                EXIT,
                move(7),
                EXIT,
                new Insn.CallLocal(2),
                move(8),
                EXIT,
                move(9),
                EXIT);
        assertThat(program.functions())
                .containsExactly(
                        new LinkedFunction("main", "xdp", 0, 3, 0, 0),
                        new LinkedFunction("leaf", ".text", 3, 2, 0, 0),
                        new LinkedFunction("middle", ".text", 5, 3, 2, 0),
                        new LinkedFunction("far", "other", 8, 2, 0, 0));
        assertThat(program.functionAt(7).name()).isEqualTo("middle");
        assertCode(object.program("far").orElseThrow(), move(9), EXIT);
    }

    @Test
    void callWithinTheSection_withoutRelocation_isLinked() {
        int section = elf.code("xdp", code(new Insn.CallLocal(3), EXIT, move(1), EXIT, move(2), EXIT));
        function("main", section, 0, 2);
        staticFunction("unused", section, 2, 2);
        staticFunction("used", section, 4, 2);

        assertCode(program("main"), new Insn.CallLocal(1), EXIT, move(2), EXIT);
    }

    @Test
    void callOfALabelInTheSameFunction_staysAsItIs() {
        function("main", elf.code("xdp", code(new Insn.CallLocal(1), EXIT, move(2), EXIT)), 0, 4);

        assertCode(program("main"), new Insn.CallLocal(1), EXIT, move(2), EXIT);
    }

    @Test
    void functionsThatCallEachOther_areLinkedOnce() {
        int main = elf.code("xdp", code(CALL, EXIT));
        int text = elf.code(".text", code(CALL, EXIT));
        int a = function("a", main, 0, 2);
        int b = function("b", text, 0, 2);
        elf.relocation(main, 0, b, ElfRelocation.CALL).relocation(text, 0, a, ElfRelocation.CALL);

        assertCode(program("a"), new Insn.CallLocal(1), EXIT, new Insn.CallLocal(-3), EXIT);
    }

    @Test
    void addressOfAFunction_bySymbolAndBySection_isCode() {
        int main = elf.code("xdp", code(LOAD, Insn.LoadWide.of(Register.R1, 16), EXIT));
        int text = elf.code(".text", code(move(1), EXIT, move(2), EXIT));
        function("main", main, 0, 5);
        int first = function("first", text, 0, 2);
        staticFunction("second", text, 2, 2);
        elf.relocation(main, 0, first, ElfRelocation.WIDE_LOAD);
        elf.relocation(main, 16, sectionSymbol(text), ElfRelocation.WIDE_LOAD);

        assertCode(program("main"), address(4), address(4), EXIT, move(1), EXIT, move(2), EXIT);
    }

    @Test
    void programThatIsCalled_isAProgramAndASubprogram() {
        int section = elf.code("xdp", code(new Insn.CallLocal(1), EXIT, move(2), EXIT));
        function("caller", section, 0, 2);
        function("callee", section, 2, 2);

        assertCode(program("caller"), new Insn.CallLocal(1), EXIT, move(2), EXIT);
        assertCode(program("callee"), move(2), EXIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2, 2_000_000_000, Integer.MIN_VALUE})
    void jumpOutOfTheFunction_isRefused(int offset) {
        int section = elf.code("xdp", code(new Insn.JumpLong(offset), EXIT, move(2), EXIT));
        function("main", section, 0, 2);
        function("next", section, 2, 2);

        assertLinkRefused("section xdp, insn 0: jump target %d outside function main, [0, 1]".formatted(1L + offset));
    }

    @Test
    void conditionalJumpIntoAnotherFunction_isRefused() {
        Insn jump = new Insn.JumpIf(Width.BITS_64, Condition.EQUAL, Register.R0, new Immediate(0), 1);
        int section = elf.code("xdp", code(jump, EXIT, move(2), EXIT));
        function("main", section, 0, 2);
        function("next", section, 2, 2);

        assertLinkRefused("jump target 2 outside function main");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100, -5, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void callOfNoFunction_isRefused(int offset) {
        int section = elf.code("xdp", code(new Insn.CallLocal(offset), EXIT, move(2), EXIT));
        function("main", section, 0, 2);
        function("next", section, 2, 2);

        assertLinkRefused("section xdp, insn 0: no function begins at insn %d of section xdp".formatted(1L + offset));
    }

    @Test
    void relocatedCallOfNoFunction_isRefused() {
        int main = elf.code("xdp", code(new Insn.CallLocal(0), EXIT));
        int text = elf.code(".text", code(move(2), EXIT));
        function("main", main, 0, 2);
        elf.relocation(main, 0, function("f", text, 0, 2), ElfRelocation.CALL);

        assertLinkRefused("no function begins at insn 1 of section .text");
    }

    @Test
    void callOfData_isRefused() {
        int main = elf.code("xdp", code(CALL, EXIT));
        function("main", main, 0, 2);
        int data = elf.data(".data", new byte[8]);
        elf.relocation(main, 0, elf.symbol("x", ElfWriter.GLOBAL, ElfWriter.OBJECT, data, 0, 8), ElfRelocation.CALL);

        assertLinkRefused("call of x, which is no function of this object");
    }

    @Test
    void relocationOfAnUnfitInstruction_isRefused() {
        int section = elf.code("xdp", code(move(1), EXIT));
        int main = function("main", section, 0, 2);
        elf.relocation(section, 0, main, ElfRelocation.CALL);
        assertLinkRefused("relocation type 10 of Alu");

        elf.relocation(section, 8, main, ElfRelocation.WIDE_LOAD);
        assertLinkRefused("section xdp, insn 0: relocation type 10");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 4, 77, -1})
    void relocationTypeThatInstructionsDoNotHave_isRefused(int type) {
        int section = elf.code("xdp", code(LOAD, EXIT));
        elf.relocation(section, 0, function("main", section, 0, 3), type);

        assertLinkRefused("relocation type %d against main".formatted(type));
    }

    @Test
    void relocationInTheMiddle_isRefused() {
        int section = elf.code("xdp", code(LOAD, EXIT));
        int main = function("main", section, 0, 3);
        elf.relocation(section, 8, main, ElfRelocation.WIDE_LOAD);
        assertLinkRefused("section xdp, insn 1: a relocation in the middle of a wide instruction");

        elf.relocation(section, 4, main, ElfRelocation.WIDE_LOAD);
        assertLinkRefused("a relocation in the middle of an instruction");
    }

    @Test
    void twoRelocationsOfOneInstruction_areRefused() {
        int section = elf.code("xdp", code(LOAD, EXIT));
        int main = function("main", section, 0, 3);
        elf.relocation(section, 0, main, 1).relocation(section, 0, main, 1);

        assertLinkRefused("two relocations of one instruction");
    }

    @Test
    void functionThatSplitsAWideInstruction_isRefused() {
        int section = elf.code("xdp", code(LOAD, EXIT));
        function("first", section, 0, 1);
        function("second", section, 1, 2);

        assertLinkRefused("function first begins or ends in the middle of a wide instruction");
    }

    @Test
    void invalidResult_namesProgramFunctionAndPlace() {
        Insn write = new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R10, new Immediate(0));
        int main = elf.code("xdp", code(CALL, EXIT));
        int text = elf.code(".text", code(move(1), write, EXIT));
        function("main", main, 0, 2);
        elf.relocation(main, 0, function("bad", text, 0, 3), ElfRelocation.CALL);

        assertLinkRefused("program main: function bad of section .text, insn 1 of that: insn 3: dst: r10 is read-only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAP_BY_FD", "MAP_VALUE_BY_FD", "VARIABLE", "MAP_BY_INDEX", "MAP_VALUE_BY_INDEX"})
    void mapByANumber_isRefused(WideSource source) {
        function("main", elf.code("xdp", code(new Insn.LoadWide(Register.R1, source, 1, 0), EXIT)), 0, 3);

        assertLinkRefused(source + " by a number");
    }

    @Test
    void programsThatShareALargeFunction_pastTheLimit_areRefusedBeforeMemoryIsTaken() {
        int text = elf.code(".text", Arrays.copyOf(code(filler(600_000)), 600_000 * 8));
        int shared = function("shared", text, 0, 600_000);
        for (int i = 0; i < 20; i++) {
            int section = elf.code("p" + i, code(CALL, EXIT));
            function("p" + i, section, 0, 2);
            elf.relocation(section, 0, shared, ElfRelocation.CALL);
        }

        assertLinkRefused("the programs have more than 8000000 slots together");
    }

    @Test
    void programPastTheLimit_isRefused() {
        int text = elf.code(".text", code(filler(600_000)));
        int other = elf.code("other", code(filler(600_000)));
        int main = elf.code("xdp", code(CALL, CALL, EXIT));
        function("main", main, 0, 3);
        elf.relocation(main, 0, function("a", text, 0, 600_000), ElfRelocation.CALL);
        elf.relocation(main, 8, staticFunction("b", other, 0, 600_000), ElfRelocation.CALL);

        assertLinkRefused("program main has more than %d slots".formatted(BpfCode.SLOTS_MAX));
    }

    private static Insn[] filler(int slots) {
        Insn[] insns = new Insn[slots];
        Arrays.fill(insns, EXIT);
        return insns;
    }
}
