package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a new user tries them: right, wrong, and with files that are not what they should be. */
class BpfCommandsTest {
    @TempDir
    private Path directory;

    private static CommandLineRun.Result ring3(String input, String... words) {
        return new CommandLineRun().input(input).run(words);
    }

    @Test
    void run_ofAssembly_printsTheResult() {
        CommandLineRun.Result result = ring3("r0 = 42; exit", "bpf", "run", "-");
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("0x2a\n");
    }

    @Test
    void asmThenDisasm_givesTheProgramAgain() throws IOException {
        Path binary = directory.resolve("program.bin");
        assertThat(ring3("r0 = 5\nexit\n", "bpf", "asm", "-", "-o", binary.toString())
                        .status())
                .isZero();
        assertThat(Files.size(binary)).isEqualTo(16);
        assertThat(ring3("", "bpf", "disasm", binary.toString()).out())
                .contains("r0 = 5")
                .contains("exit");
        assertThat(ring3("", "bpf", "run", binary.toString()).out()).isEqualTo("0x5\n");
    }

    @Test
    void asm_ofAnError_namesFileLineAndColumn() {
        CommandLineRun.Result result = ring3("r0 = 5\nr1 ?= 3\n", "bpf", "asm", "-");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.err()).contains(":2:4: ").contains("r1 ?= 3");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void run_data_goesInAndOut() throws IOException {
        Path in = Files.write(directory.resolve("in"), new byte[] {1, 2, 3, 4});
        Path out = directory.resolve("out");
        CommandLineRun.Result result = ring3(
                "*(u8 *)(r1 + 1) = 9\nr0 = r2\nexit",
                "bpf",
                "run",
                "-",
                "--data-in",
                in.toString(),
                "--data-out",
                out.toString());
        assertThat(result.out()).isEqualTo("0x4\n");
        assertThat(Files.readAllBytes(out)).containsExactly(1, 9, 3, 4);
    }

    @Test
    void run_repeat_printsTheTimeOfARun() {
        assertThat(ring3("r0 = 1\nexit", "bpf", "run", "-", "--repeat", "100").out())
                .matches("0x1\nns_per_run \\d+(\\.\\d+)?\n");
    }

    @Test
    void run_fault_namesKindAndPlace() {
        CommandLineRun.Result result = ring3("r0 = 0\nr0 = *(u64 *)(r0 + 8)\nexit", "bpf", "run", "-");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.err()).contains("ACCESS at insn 1");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void run_beyondItsBudget_isUndecided() {
        CommandLineRun.Result result = ring3("l: goto l", "bpf", "run", "-", "--budget", "1000");
        assertThat(result.status()).isEqualTo(ExitCode.UNDECIDED);
        assertThat(result.err()).contains("BUDGET").contains("1000");
    }

    @Test
    void optionFromTheEnvironment_countsUnlessTheCommandLineSaysOtherwise() {
        CommandLineRun run = new CommandLineRun().variable("RING3_BPF_RUN_BUDGET", "10");
        assertThat(run.input("r0 = 0\nl: r0 += 1\nif r0 < 20 goto l\nexit")
                        .run("bpf", "run", "-")
                        .status())
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(run.run("bpf", "run", "-", "--budget", "1000").status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "disasm", "asm", "verify"})
    void fileThatIsNotThere_isNamed(String command) {
        CommandLineRun.Result result =
                ring3("", "bpf", command, directory.resolve("absent").toString());
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("absent").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "disasm", "asm", "verify"})
    void directoryInsteadOfAFile_isNamed(String command) {
        CommandLineRun.Result result = ring3("", "bpf", command, directory.toString());
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "disasm", "verify"})
    void garbage_isRefusedWithoutAStackTrace(String command) throws IOException {
        Path garbage = Files.write(directory.resolve("garbage"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0});
        CommandLineRun.Result result = ring3("", "bpf", command, garbage.toString());
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.err()).isNotEmpty().doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"bpf", "bpf run", "bpf run - --budget", "bpf run - --budget none", "bpf nothing", "nothing"})
    void wrongCommandLine_isAnErrorOfUsage(String words) {
        CommandLineRun.Result result = ring3("", words.split(" "));
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "bpf run - --budget none, ring3 bpf run: Invalid value for option '--budget': 'none' is no whole number",
        "bpf run - --budget 9223372036854775808, is no whole number",
        "bpf run - --repeat 0, --repeat 0: a program is run at least once",
        "bpf nothing, ring3 bpf: there is no command 'nothing'",
        "nothing, ring3: there is no command 'nothing'"
    })
    void wrongWord_isNamedInPlainWords(String words, String message) {
        assertThat(ring3("", words.split(" ")).err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "bpf asm",
        "bpf disasm",
        "bpf verify",
        "bpf types",
        "bpf run",
        "bpf conformance",
        "bpf",
        "completion bash"
    })
    void help_hasAnExampleAndTheExitCodes(String words) {
        CommandLineRun.Result result = ring3("", (words + " --help").split(" "));
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("Example: ").contains("Exit codes:");
    }

    @Test
    void json_namesItsSchema() {
        assertThat(ring3("r0 = 1\nexit", "bpf", "run", "-", "--json").out())
                .contains("\"schema\": \"ring3.bpf.run/1\"")
                .contains("\"r0\": \"0x1\"");
    }

    @Test
    void completion_isAScript() {
        assertThat(ring3("", "completion", "bash").out())
                .contains("complete -F")
                .contains("conformance")
                .contains("cgroup_connect4");
    }
}
