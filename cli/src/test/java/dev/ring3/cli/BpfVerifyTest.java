package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bpf verify} says of assembly and bytecode. */
class BpfVerifyTest {
    private static final String SAFE = "r0 = r2\nif r2 > 4 goto +1\nr0 = 7\nexit\n";

    /** Reads one byte more than it asked for. */
    private static final String OFF_BY_ONE = """
            r0 = 0
            if r2 < 4 goto +1
            r0 = *(u8 *)(r1 + 4)
            exit
            """;

    private static final String LOOP = """
            r0 = 0
            r1 = 0
            l: r1 += 1
            if r1 < 20 goto l
            r0 = *(u64 *)(r0 + 0)
            exit
            """;

    @TempDir
    private Path directory;

    private static CommandLineRun.Result verify(String source, String... options) {
        String[] words = new String[3 + options.length];
        words[0] = "bpf";
        words[1] = "verify";
        words[2] = "-";
        System.arraycopy(options, 0, words, 3, options.length);
        return new CommandLineRun().input(source).run(words);
    }

    @Test
    void safeProgram_isAcceptedWithStatistics() {
        CommandLineRun.Result result = verify(SAFE);
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).containsPattern("""
                program \\(type memory\\): accepted
                    4 instructions, \\d+ steps over all paths, \\d+ states? kept \\(\\d+ at a time\\), \\d+ bytes of stack, \
                [0-9.]+ ms
                """);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void refusal_tellsPlaceRegistersPathRuleAndHelp() {
        CommandLineRun.Result result = verify(OFF_BY_ONE);
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .startsWith("program (type memory): refused\n")
                .contains("insn 2: r0 = *(u8 *)(r1 + 4)\n    r1: pointer to ")
                .contains("The path to it, 1 step:\n    1: if r2 < 4 goto +1 <3>  not taken\n")
                .contains("Rule: an access stays inside what its pointer points to (out-of-bounds).\nHelp: ");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void pathThroughALoop_isAbbreviated() {
        CommandLineRun.Result result = verify(LOOP);
        assertThat(result.out())
                .contains("The path to it, 20 steps:")
                .contains("3: if r1 < 20 goto -2 <2>  taken\n    (19 times)\n")
                .contains("3: if r1 < 20 goto -2 <2>  not taken\n");
    }

    @Test
    void json_hasWhatTheTextHas() {
        CommandLineRun.Result result = verify(OFF_BY_ONE, "--json");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .contains("\"schema\": \"ring3.bpf.verify/1\"")
                .contains("\"accepted\": false")
                .contains("\"rule\": \"out-of-bounds\"")
                .contains("\"slot\": 2")
                .contains("\"instruction\": \"r0 = *(u8 *)(r1 + 4)\"")
                .contains("\"register\": \"r1\"")
                .contains("\"path_steps\": 1")
                .contains("\"taken\": false");
    }

    @Test
    void explain_printsTheStatesAtAnInstruction() {
        CommandLineRun.Result result = verify(LOOP, "--explain", "3");
        assertThat(result.out())
                .contains("insn 3: if r1 < 20 goto -2 <2>\n")
                .contains("  State 1:\n    r0: number 0\n    r1: number 1\n")
                .contains("  State 2; what differs from state 1:\n    r1: number 2\n")
                .contains("After these it was looked at ");
    }

    @Test
    void explain_ofNoInstruction_isAnErrorOfUsage() {
        CommandLineRun.Result result = verify(SAFE, "--explain", "4");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--explain 4").contains("from 0 to 3");
    }

    @Test
    void dot_isAGraph_andTheRefusalIsSaidElsewhere() {
        CommandLineRun.Result result = verify(OFF_BY_ONE, "--dot");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .startsWith("digraph \"program\" {\n")
                .containsPattern(
                        "b2 \\[label=\"2: r0 = \\*\\(u8 \\*\\)\\(r1 \\+ 4\\)\\\\l1 state\\\\r\", color=.*penwidth=3")
                .contains("b0 -> b2 [label=\"no\", color=")
                .contains("b0 -> b3 [label=\"yes\"]")
                .contains("b2 -> b3 []")
                .endsWith("}\n");
        assertThat(result.err()).contains("refused").contains("Rule: ");
    }

    @Test
    void type_isWhatTheProgramIsVerifiedFor() {
        String reads = "r0 = *(u32 *)(r1 + 16)\nexit";
        assertThat(verify(reads, "--type", "xdp").status()).isZero();
        assertThat(verify(reads, "--type", "memory").status()).isEqualTo(ExitCode.NEGATIVE);
        CommandLineRun.Result result = verify("r0 = *(u32 *)(r1 + 20)\nexit", "--type", "xdp");
        assertThat(result.out()).contains("xdp_md").containsPattern("'ring3 bpf\\s+types xdp'");
    }

    @Test
    void unknownType_isNamedWithThoseThatThereAre() {
        CommandLineRun.Result result = verify(SAFE, "--type", "pdx");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .contains("'pdx'")
                .contains("memory, fs, cache, ")
                .contains("xdp");
    }

    @Test
    void limit_leavesUndecided() {
        CommandLineRun.Result result =
                verify("r1 = 0\nl: r1 += 1\nif r1 < 1000 goto l\nr0 = 0\nexit", "--limit", "100");
        assertThat(result.status()).isEqualTo(ExitCode.UNDECIDED);
        assertThat(result.out())
                .contains("too-complex")
                .contains("100 instructions")
                .contains("more than ");
    }

    @Test
    void strictShifts_refuseWhatLinuxRefuses() {
        String shifts = "r0 = 1\nr0 <<= 64\nexit";
        assertThat(verify(shifts).status()).isZero();
        CommandLineRun.Result result = verify(shifts, "--strict-shifts");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out()).contains("insn 1: ").contains("unsupported");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytecode_isVerifiedInEitherByteOrder(boolean bigEndian) throws IOException {
        String order = bigEndian ? "--big-endian" : "--big-endian=false";
        Path binary = directory.resolve("program.bin");
        assertThat(new CommandLineRun()
                        .input("r0 = 1\nexit")
                        .run("bpf", "asm", "-", order, "-o", binary.toString())
                        .status())
                .isZero();
        assertThat(CommandLineRun.ring3("bpf", "verify", binary.toString(), order)
                        .status())
                .isZero();
    }

    @Test
    void malformedInput_isRefusedAsByOtherCommands() throws IOException {
        CommandLineRun.Result text = verify("r0 = 1\nr0 ?= 2\n");
        assertThat(text.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(text.err()).contains(":2:4: ");
        Path garbage = Files.write(directory.resolve("garbage"), new byte[] {1, 2, 3, 0, 5, 6, 7, 8});
        CommandLineRun.Result bytes = CommandLineRun.ring3("bpf", "verify", garbage.toString(), "--json");
        assertThat(bytes.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(bytes.out()).contains("\"accepted\": false").contains("\"error\": {");
    }

    @Test
    void run_verified_doesNotRunWhatIsRefused() {
        CommandLineRun.Result refused =
                new CommandLineRun().input(OFF_BY_ONE).run("bpf", "run", "-", "--verify", "--json");
        assertThat(refused.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(refused.out()).contains("\"outcome\": \"rejected\"").contains("\"rule\": \"out-of-bounds\"");
        CommandLineRun.Result accepted = new CommandLineRun().input(SAFE).run("bpf", "run", "-", "--verify");
        assertThat(accepted.out()).isEqualTo("0x7\n");
    }

    @Test
    void run_ofAType_isOnAPacket() throws IOException {
        Path packet = Files.write(directory.resolve("packet"), new byte[] {5, 6, 7, 8});
        Path out = directory.resolve("out");
        String source = """
                r2 = *(u32 *)(r1 + 4)
                r1 = *(u32 *)(r1 + 0)
                r3 = r1
                r3 += 2
                r0 = 1
                if r3 > r2 goto l
                r0 = *(u8 *)(r1 + 1)
                *(u8 *)(r1 + 0) = 9
                l: exit
                """;
        CommandLineRun.Result result = new CommandLineRun()
                .input(source)
                .run("bpf", "run", "-", "--type=xdp", "--data-in", packet.toString(), "--data-out", out.toString());
        assertThat(result.out()).as(result.err()).isEqualTo("0x6\n");
        assertThat(Files.readAllBytes(out)).containsExactly(9, 6, 7, 8);
        assertThat(new CommandLineRun()
                        .input(source)
                        .run("bpf", "run", "-", "--type=xdp")
                        .out())
                .isEqualTo("0x1\n");
        CommandLineRun.Result refused = new CommandLineRun()
                .input(source.replace("> r2", "> r3"))
                .run("bpf", "run", "-", "--type=xdp", "--data-in", packet.toString());
        assertThat(refused.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(refused.err()).contains("Rule: ");
    }

    @Test
    void run_ofATypeWithoutPackets_isOnAContext() throws IOException {
        Path context = Files.write(directory.resolve("context"), new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 42});
        assertThat(new CommandLineRun()
                        .input("r0 = *(u64 *)(r1 + 8)\nexit")
                        .run("bpf", "run", "-", "--type=raw_tracepoint", "--data-in", context.toString())
                        .out())
                .isEqualTo("0x2a\n");
    }

    @Test
    void nonsense_isAnErrorOfUsage() {
        assertThat(verify(SAFE, "--limit", "0").status()).isEqualTo(ExitCode.USAGE);
        assertThat(verify(SAFE, "--dot", "--json").status()).isEqualTo(ExitCode.USAGE);
        assertThat(verify(SAFE, "--program", "x").status()).isEqualTo(ExitCode.USAGE);
    }
}
