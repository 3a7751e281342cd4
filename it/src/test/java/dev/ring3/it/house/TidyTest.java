package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rules of size and tidiness over the whole project, after it has seen each rule find a seeded fault. */
class TidyTest {
    private static final String MAIN = "m/src/main/java/A.java";
    private static final String TEST = "m/src/test/java/ATest.java";

    /** @param faults files that break this rule, each once, and no other rule */
    record Rule(String title, Function<SourceFile, List<String>> check, List<SourceFile> faults) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "file length",
                        TidyRules::fileLength,
                        List.of(new SourceFile(MAIN, "\n".repeat(401)), new SourceFile(TEST, "\n".repeat(601)))),
                new Rule("tabs", TidyRules::tabs, List.of(new SourceFile(MAIN, "class A {\n\tint a;\n}\n"))),
                new Rule(
                        "tasks", TidyRules::tasksWithoutNumber, List.of(new SourceFile(TEST, "// TO" + "DO: later\n"))),
                new Rule(
                        "machine paths", TidyRules::machinePaths, List.of(new SourceFile("a.md", "/ho" + "me/me/a\n"))),
                new Rule(
                        "registries",
                        TidyRules::registryHosts,
                        List.of(new SourceFile("pom.xml", "repo1.ma" + "ven.org"))),
                new Rule(
                        "method length",
                        MethodRules::tooLong,
                        List.of(
                                new SourceFile(MAIN, method("a++;\n".repeat(59))),
                                new SourceFile(MAIN, method("return a\n" + "+ a\n".repeat(99) + ";\n")),
                                new SourceFile(MAIN, switchOver(30, "{\na++;\n}\n")))));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_seededFault_isFound(Rule rule) {
        assertThat(rule.faults())
                .allSatisfy(fault -> assertThat(rule.check().apply(fault))
                        .singleElement()
                        .asString()
                        .startsWith(fault.name()));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_project_holds(Rule rule) {
        List<SourceFile> files = Repository.textFiles();
        assertThat(files).as("the project's files").hasSizeGreaterThan(20);
        assertThat(findings(rule, files)).isEmpty();
    }

    @Test
    void rules_upToTheLimit_findNothing() {
        List<SourceFile> allowed = List.of(
                new SourceFile(MAIN, method("a++;\n".repeat(58)) + "// TODO(#12): more\n// ./home/x, a/work/b\n"),
                new SourceFile(MAIN, switchOver(200, "a++;\n")),
                new SourceFile(TEST, "\n".repeat(600)),
                new SourceFile(TEST, method("return a\n" + "+ a\n".repeat(99) + ";\n")),
                new SourceFile("data.bin", "\t"));
        assertThat(rules().flatMap(rule -> findings(rule, allowed).stream())).isEmpty();
    }

    private static List<String> findings(Rule rule, List<SourceFile> files) {
        return files.stream().flatMap(file -> rule.check().apply(file).stream()).toList();
    }

    private static String method(String body) {
        return "class A {\nint a;\nint longOne() {\n" + body + "}\n}\n";
    }

    private static String switchOver(int arms, String arm) {
        StringBuilder body = new StringBuilder("switch (a) {\n");
        for (int i = 0; i < arms; i++) {
            body.append("case ").append(i).append(" -> ").append(arm);
        }
        return method(body + "default -> a--;\n}\n");
    }
}
