package dev.ring3.cli;

import static dev.ring3.cli.CommandLineRun.ring3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.cli.CommandLineRun.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What all commands have in common. */
class CommandTreeTest {
    /** Commands that write a file's content, a picture, a listing that is a program; or run until they are stopped. */
    private static final Set<String> WITHOUT_JSON = Set.of(
            "ring3 serve",
            "ring3 fs cat",
            "ring3 fs get",
            "ring3 snapshot send",
            "ring3 bpf top",
            "ring3 litmus graph",
            "ring3 litmus generate",
            "ring3 pid signal",
            "ring3 bench baseline",
            "ring3 bench report",
            "ring3 completion bash");

    private static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        collect(CommandTree.of(Terminal.silent()), all);
        return all;
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        if (command.getSubcommands().isEmpty()) {
            into.add(command);
        }
        command.getSubcommands().values().forEach(each -> collect(each, into));
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    @Test
    void help_ofEveryCommand_hasItsExample_andFitsATerminal() {
        for (CommandLine command : commands()) {
            String[] words =
                    (name(command) + " --help").replaceFirst("ring3 ", "").split(" ", -1);
            Result help = ring3(words);
            assertThat(help.status()).as(name(command)).isZero();
            assertThat(help.out())
                    .as(name(command))
                    .contains("Example: ")
                    .contains(name(command).substring(6));
            assertThat(help.out().lines())
                    .as(name(command))
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
            assertThat(new CommandLineRun().onTerminal(60).run(words).out().lines())
                    .as(name(command))
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
        }
    }

    @Test
    void json_isAnOptionOfEveryCommandThatAnswers() {
        List<String> without = commands().stream()
                .filter(command -> command.getCommandSpec().findOption("--json") == null)
                .map(CommandTreeTest::name)
                .toList();

        assertThat(without).isSubsetOf(WITHOUT_JSON);
    }

    @Test
    void variable_standsForEveryOption() {
        for (CommandLine command : commands()) {
            assertThat(command.getCommandSpec().options().stream()
                            .filter(option -> !option.usageHelp() && !option.inherited())
                            .map(option -> EnvironmentDefaults.name(option).orElse("none")))
                    .as(name(command))
                    .allMatch(variable -> variable.matches("RING3_[A-Z0-9_]+"))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void unknownWord_isTold_alsoBesideHelp() {
        Result alone = ring3("snapshot", "usages");
        Result besideHelp = ring3("snapshot", "usages", "--help");
        assertThat(alone.status()).isEqualTo(ExitCode.USAGE);
        assertThat(alone.err())
                .startsWith("ring3 snapshot: there is no command 'usages'")
                .doesNotContain("Exit codes");
        assertThat(besideHelp).usingRecursiveComparison().isEqualTo(alone);
    }

    @Test
    void data_hasAVariableForAllCommands_whichTheirOwnWinsOver(@TempDir Path folder) {
        String common = folder.resolve("common").toString();
        String own = folder.resolve("own").toString();
        CommandLineRun run = new CommandLineRun().variable("RING3_DATA", common);
        assertThat(run.run("subvolume", "list").err()).contains(common);
        assertThat(run.run("status").err()).contains(common);
        assertThat(run.variable("RING3_STATUS_DATA", own).run("status").err()).contains(own);
        assertThat(run.run("status", "--data", "typed").err()).contains("typed");
    }

    @Test
    void tables_fitTheTerminal_andAreWholeElsewhere() {
        Result shown = new CommandLineRun().onTerminal(60).run("ps");
        Result piped = ring3("ps");
        assertThat(shown.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
        assertThat(piped.out()).doesNotContain("\u2026");
        assertThat(TextTable.fit("12345", 5)).isEqualTo("12345");
        assertThat(TextTable.fit("123456", 5)).isEqualTo("1234\u2026");
    }
}
