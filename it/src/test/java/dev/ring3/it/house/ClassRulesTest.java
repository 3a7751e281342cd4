package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds {@link ClassRules} and {@link AsyncRules} over the whole project, after it has seen each rule find a seeded fault. */
class ClassRulesTest {
    private static final JavaClasses PROJECT = new ClassFileImporter()
            .importPaths(Repository.mainModules().stream()
                    .map(module -> module.resolve("target/classes"))
                    .toList());

    @TempDir
    private Path folder;

    /** @param fault statements that break the rule */
    record Rule(String title, Function<JavaClasses, List<String>> check, String fault) {
        @Override
        public String toString() {
            return title;
        }
    }

    static final List<Rule> RULES = List.of(
            new Rule("out", violations(ClassRules.ONLY_COMMANDS_PRINT), "System.out.println();"),
            new Rule("err", violations(ClassRules.ONLY_COMMANDS_PRINT), "System.err.println();"),
            new Rule("stack trace", violations(ClassRules.ONLY_COMMANDS_PRINT), "new Error().printStackTrace();"),
            new Rule("Unsafe", violations(ClassRules.NO_UNSAFE), "sun.misc.Unsafe.getUnsafe();"),
            new Rule("reflection", violations(ClassRules.NO_REFLECTION), "Class.forName(\"A\");"),
            new Rule("thread", AsyncRules::plainAsync, "new Thread(() -> {});"),
            new Rule("thread builder", AsyncRules::plainAsync, "Thread.ofVirtual();"),
            new Rule("executor", AsyncRules::plainAsync, "java.util.concurrent.Executors.newCachedThreadPool();"),
            new Rule("pool", AsyncRules::plainAsync, "java.util.concurrent.ForkJoinPool.commonPool();"),
            new Rule(
                    "future",
                    AsyncRules::plainAsync,
                    "java.util.concurrent.CompletableFuture.supplyAsync(() -> 1).join();"),
            new Rule("parallel stream", AsyncRules::plainAsync, "java.util.List.of().parallelStream();"),
            new Rule("timer", AsyncRules::plainAsync, "new java.util.Timer();"),
            new Rule("Linker", ClassRules::nativeAccess, "java.lang.foreign.Linker.nativeLinker();"),
            new Rule("SymbolLookup", ClassRules::nativeAccess, "java.lang.foreign.SymbolLookup.loaderLookup();"),
            new Rule("reinterpret", ClassRules::nativeAccess, "java.lang.foreign.MemorySegment.NULL.reinterpret(1);"));

    @ParameterizedTest
    @FieldSource("RULES")
    void rule_seededFault_isFound(Rule rule) throws IOException {
        compile("dev.ring3.fs", "Innocent", "");
        compile("dev.ring3.fs", "Seeded", rule.fault());
        assertThat(rule.check().apply(compiled())).singleElement().asString().contains("dev.ring3.fs.Seeded");
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void rule_project_holds(Rule rule) {
        assertThat(PROJECT.size()).as("the project's classes").isGreaterThan(20);
        assertThat(rule.check().apply(PROJECT)).isEmpty();
    }

    @Test
    void nativeAccess_secondClassOfBpf_isFound() throws IOException {
        String fault = "java.lang.foreign.MemorySegment.NULL.reinterpret(1);";
        compile("dev.ring3.bpf", "First", fault);
        assertThat(ClassRules.nativeAccess(compiled())).isEmpty();
        compile("dev.ring3.bpf.elf", "Second", fault);
        assertThat(ClassRules.nativeAccess(compiled())).hasSize(2);
    }

    @Test
    void plainAsync_workQueueItself_mayStartThreads() throws IOException {
        compile("dev.ring3.mm", "WorkQueue", "new Thread(() -> {});");
        compile("dev.ring3.bpf", "Elsewhere", "new Thread(() -> {});");
        assertThat(AsyncRules.plainAsync(compiled())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"boolean mayReclaim", "int flags", "java.util.concurrent.TimeUnit how", "Object scope"})
    void allocationFlags_seededFault_isFound(String parameter) throws IOException {
        compile("dev.ring3.mm", "Seeded", "} public long tryAllocate(%s) { return 0;".formatted(parameter));
        assertThat(AsyncRules.allocationFlags(compiled()))
                .singleElement()
                .asString()
                .startsWith("dev.ring3.mm.Seeded.tryAllocate takes ");
    }

    @Test
    void allocationFlags_project_holds() {
        assertThat(AsyncRules.allocationMethods(PROJECT)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(AsyncRules.allocationFlags(PROJECT)).isEmpty();
    }

    private static Function<JavaClasses, List<String>> violations(ArchRule rule) {
        return classes ->
                rule.allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails();
    }

    private JavaClasses compiled() {
        return new ClassFileImporter().importPath(folder);
    }

    private void compile(String packageName, String className, String statements) throws IOException {
        Path source = folder.resolve(className + ".java");
        Files.writeString(
                source,
                "package %s; class %s { void run() throws Exception { %s } }"
                        .formatted(packageName, className, statements));
        String[] arguments = {"-proc:none", "-d", folder.toString(), source.toString()};
        OutputStream warnings = OutputStream.nullOutputStream();
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, warnings, arguments))
                .isZero();
    }
}
