package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.Insn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which functions are programs, and which bytes are theirs. */
class ProgramsTest extends ObjectFixture {
    @Test
    void publicFunctionsOutsideText_arePrograms_inTheOrderOfTheirPlaces() {
        int xdp = elf.code("xdp", code(move(1), EXIT, move(2), EXIT, move(3), EXIT));
        int text = elf.code(".text", code(move(4), EXIT));
        int tc = elf.code("tc", code(move(5), EXIT));
        function("second", xdp, 2, 2);
        function("first", xdp, 0, 2);
        staticFunction("hidden", xdp, 4, 2);
        function("helper", text, 0, 2);
        elf.symbol("weak", ElfWriter.WEAK, ElfWriter.FUNC, tc, 0, 16);

        LinkedObject object = link();

        assertThat(parse().programs()).containsExactly("first", "second", "weak");
        assertThat(object.programs()).extracting(LinkedProgram::name).containsExactly("first", "second", "weak");
        assertThat(object.programs()).extracting(LinkedProgram::section).containsExactly("xdp", "xdp", "tc");
        assertCode(object.programs().get(1), move(2), EXIT);
        assertThat(object.program("helper")).isEmpty();
    }

    @Test
    void onlyText_publicFunctions_arePrograms() {
        int text = elf.code(".text", code(move(1), EXIT, move(2), EXIT));
        elf.code("empty", code());
        function("main", text, 0, 2);
        staticFunction("other", text, 2, 2);

        assertThat(link().programs()).extracting(LinkedProgram::name).containsExactly("main");
    }

    @Test
    void sectionWithoutFunctions_isOneProgram_namedAfterIt() {
        elf.code(".text", code(move(1), EXIT));
        int filter = elf.code("filter", code(move(2), EXIT));
        elf.symbol("label", ElfWriter.GLOBAL, ElfWriter.NOTYPE, filter, 8, 0);

        LinkedObject object = link();

        assertThat(object.programs()).extracting(LinkedProgram::name).containsExactly("filter");
        assertCode(object.programs().getFirst(), move(2), EXIT);
    }

    @Test
    void functionWithoutSize_reachesToTheNextOne() {
        int section = elf.code("xdp", code(move(1), EXIT, move(2), EXIT));
        function("first", section, 0, 0);
        function("second", section, 2, 0);

        LinkedObject object = link();

        assertCode(object.programs().getFirst(), move(1), EXIT);
        assertCode(object.programs().get(1), move(2), EXIT);
    }

    @Test
    void twoNamesOfOneFunction_areTwoPrograms() {
        int section = elf.code("xdp", code(move(1), EXIT));
        function("one", section, 0, 2);
        function("alias", section, 0, 2);

        assertThat(link().programs()).extracting(LinkedProgram::name).containsExactlyInAnyOrder("one", "alias");
    }

    @Test
    void functionsThatOverlap_areRefused() {
        int section = elf.code("xdp", code(move(1), EXIT, move(2), EXIT));
        function("first", section, 0, 3);
        function("second", section, 2, 2);

        assertLinkRefused("section xdp, insn 0: function first has 3 slots");
    }

    @Test
    void functionWithoutInstructions_isRefused() {
        int section = elf.code("xdp", code(move(1), EXIT));
        function("first", section, 0, 2);
        function("last", section, 2, 0);

        assertLinkRefused("function last has 0 slots");
    }

    @Test
    void functionBetweenInstructions_isRefused() {
        int section = elf.code("xdp", code(move(1), EXIT));
        elf.symbol("odd", ElfWriter.GLOBAL, ElfWriter.FUNC, section, 4, 8);

        assertLinkRefused("symbol odd has 8 bytes from offset 4");
    }

    @Test
    void twoProgramsOfOneName_areRefused() {
        function("same", elf.code("a", code(move(1), EXIT)), 0, 2);
        function("same", elf.code("b", code(move(2), EXIT)), 0, 2);

        assertLinkRefused("section b, insn 0: a second program with the name same");
    }

    @Test
    void codeOfPartialInstructions_isRefused() {
        elf.code("xdp", Arrays.copyOf(code(move(1), EXIT), 15));

        assertLinkRefused("15 bytes of code are no multiple of 8");
    }

    @Test
    void invalidInstruction_isRefusedWithItsSectionAndOffset() {
        byte[] bytes = code(move(1), EXIT);
        bytes[8] = (byte) 0xff;
        int section = elf.code("xdp", bytes);
        byte[] file = elf.build();

        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> BpfObjectFile.parse(file).link(LinkOptions.none()))
                .withMessageStartingWith("section xdp: insn 1: opcode")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(ElfWriter.contentsAt(file, section) + 8))
                .satisfies(e -> assertThat(e.section()).isEqualTo("xdp"));
    }

    @Test
    void invalidInstructionInUnusedText_doesNoHarm() {
        elf.code(".text", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        function("fine", elf.code("xdp", code(move(1), EXIT)), 0, 2);

        assertThat(link().programs()).hasSize(1);
        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> parse().codeSections().getFirst().code());
    }

    @Test
    void license_endsAtItsZero() {
        elf.data("license", "Dual MIT/GPL\0junk".getBytes(StandardCharsets.UTF_8));

        assertThat(parse().license()).isEqualTo("Dual MIT/GPL");
        assertThat(BpfObjectFile.parse(new ElfWriter(ByteOrder.LITTLE_ENDIAN).build())
                        .license())
                .isEmpty();
    }

    @Test
    void twoLicenses_areRefused() {
        elf.data("license", new byte[1]);
        elf.data("license", new byte[1]);

        assertLinkRefused("a second section of this name, 2; the first is 1");
    }

    @Test
    void noElfFile_isRefusedWithItsOffset() {
        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> BpfObjectFile.parse(new byte[200]))
                .withMessageContaining("file offset 0x0: 0x00000000 is not the magic number of ELF");
    }

    @Test
    void compressedCode_isRefused() {
        int section = elf.code("xdp", code(move(1), EXIT));
        byte[] file = elf.build();
        ByteBuffer buffer = ElfWriter.buffer(file);
        int flags = ElfWriter.headerAt(file, section) + 8;
        buffer.putLong(flags, buffer.getLong(flags) | 0x800);

        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> BpfObjectFile.parse(file))
                .withMessageContaining("compressed");
    }

    @Test
    void withPrograms_linksOnlyThose() {
        function("good", elf.code("a", code(move(1), EXIT)), 0, 2);
        function("bad", elf.code("b", code(new Insn.CallHost(3), EXIT)), 0, 2);

        assertThat(link(LinkOptions.none().withPrograms("good"::equals)).programs())
                .extracting(LinkedProgram::name)
                .containsExactly("good");
        assertLinkRefused("section b, insn 0: a function of the host by number 3");
    }
}
