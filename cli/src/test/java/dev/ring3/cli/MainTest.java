package dev.ring3.cli;

import static dev.ring3.cli.CommandLineRun.ring3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.cli.CommandLineRun.Result;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void version_isThatOfTheModule() {
        Result result = ring3("--version");
        assertThat(result.status()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).matches("ring3 \\d+\\.\\d+\\.\\d+\\S*\\RJDK \\d+.*, .*\\R");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void help_listsEveryExitCode() {
        Result result = ring3("--help");
        assertThat(result.status()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("Usage: ring3").contains("Example: ring3");
        assertThat(ExitCode.table())
                .allSatisfy((code, meaning) ->
                        assertThat(result.out()).containsPattern("(?m)^ *" + code.strip() + " +" + meaning));
    }

    @Test
    void noCommand_printsUsageAsAnError() {
        Result result = ring3();
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("ring3: which command?").contains("Usage: ring3");
    }

    @Test
    void unknownOption_isNamed() {
        Result result = ring3("--no-such-option");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--no-such-option");
    }
}
