package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LitmusCommandsTest {
    private static final String CYCLE = "PodWW L Rfe A PodRR Fre";

    @TempDir
    private Path folder;

    private Path message(String cycle) throws Exception {
        Path file = folder.resolve("mp.litmus");
        CommandLineRun.Result made = CommandLineRun.ring3("litmus", "generate", "--cycle", cycle, "--name", "mp");
        assertThat(made.status()).as(made.err()).isZero();
        Files.write(file, made.bytes());
        return file;
    }

    @Test
    void run_forbidden_saysNoAndWhy() throws Exception {
        CommandLineRun.Result result = CommandLineRun.ring3(
                "litmus", "run", "--explain", message(CYCLE).toString());
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .startsWith("Test mp Allowed\nStates 3\n")
                .contains("Observation mp Never 0 3\n", "Forbidden by Happens-before:");
    }

    @Test
    void run_states_areAllThatIsPrinted() throws Exception {
        CommandLineRun.Result result =
                CommandLineRun.ring3("litmus", "run", "--states", message(CYCLE).toString());
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out().lines())
                .hasSize(6)
                .startsWith("Test mp Allowed", "States 3")
                .endsWith("");
    }

    @Test
    void run_json_hasStatesAndExplanation() throws Exception {
        CommandLineRun.Result result =
                CommandLineRun.ring3("litmus", "run", "--json", message(CYCLE).toString());
        assertThat(result.out()).contains("\"ring3.litmus.run/1\"", "\"verdict\": \"no\"", "\"explanation\": [");
    }

    @Test
    void run_html_isOnePage() throws Exception {
        Path page = folder.resolve("report.html");
        String test = message("PodWR Fre PodWR Fre").toString();
        assertThat(CommandLineRun.ring3("litmus", "run", "--html", page.toString(), test)
                        .status())
                .isZero();
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains("<svg")
                .doesNotContain("src=");
    }

    @Test
    void run_wrongTest_namesFileLineAndColumn() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.litmus"), "BPF wrong\n{ }\n P0 ;\n r1 = ;\n");
        CommandLineRun.Result result = CommandLineRun.ring3("litmus", "run", file.toString());
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("wrong.litmus: line 4, column ");
    }

    @Test
    void run_modelOfTheUser_isUsed() throws Exception {
        Path model = Files.writeString(folder.resolve("free.cat"), "\"free\"\nacyclic co | rf | fr | po-loc\n");
        CommandLineRun.Result result = CommandLineRun.ring3(
                "litmus", "run", "--model", model.toString(), message(CYCLE).toString());
        assertThat(result.status()).as(result.out()).isZero();
    }

    @Test
    void graph_dot_isForGraphviz() throws Exception {
        CommandLineRun.Result result = CommandLineRun.ring3(
                "litmus", "graph", "--format=dot", message(CYCLE).toString());
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith("digraph G {").contains("label=\"rf\"");
        assertThat(result.err()).contains("would have to come before itself");
    }

    @Test
    void generate_unknownEdge_isUsage() {
        assertThat(CommandLineRun.ring3("litmus", "generate", "--cycle", "Foo").status())
                .isEqualTo(ExitCode.USAGE);
    }
}
