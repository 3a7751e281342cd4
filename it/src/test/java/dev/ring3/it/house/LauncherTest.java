package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.house.LauncherStage.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ./ring3} promises besides the search for a JDK: when it builds, what it survives, what it passes on. */
class LauncherTest {
    private static final String BUILT = "app current lock maven.log";

    @TempDir
    private Path folder;

    private LauncherStage stage;
    private Path jdk;

    @BeforeEach
    void setUp() throws IOException {
        stage = new LauncherStage(Files.createDirectory(folder.resolve("a stage")));
        jdk = stage.addJdk("jdks/25", "25.0.3");
    }

    @Test
    void start_first_buildsOnceWithOneLine() {
        assertThat(stage.ring3().text())
                .containsPattern("(?m)^ring3: first use, building \\(about a minute\\)\\.\\.\\. done in \\d+ s$");
        assertThat(stage.ring3("--version").text()).doesNotContain("ring3:");
        assertThat(stage.builds()).isEqualTo(1);
        assertThat(stage.outputs()).isEqualTo(BUILT);
        assertThat(stage.path("builds")).hasContent(jdk.toString());
    }

    @Test
    void arguments_ofAnyKind_passIntact() {
        Result result = stage.with("FAKE_JAVA_STATUS", "130").ring3("two words", "", "*", "$HOME", "a'b\"c", "-x");
        assertThat(result.text()).contains("Main]\n[two words]\n[]\n[*]\n[$HOME]\n[a'b\"c]\n[-x]\n");
        assertThat(result.status()).isEqualTo(130);
    }

    @Test
    void start_throughLinks_findsItsCheckout() {
        stage.link("bin/ring3", Path.of("../more links/ring3"));
        stage.link("more links/ring3", stage.path("checkout/ring3"));
        assertThat(stage.finish(stage.start("bin/ring3")).text()).contains("in " + stage.path(""));
        stage.with("PATH", stage.path("bin") + ":" + stage.path("maven") + ":" + stage.path("tools"));
        assertThat(stage.finish(stage.start("sh", "-c", "cd tools; ring3 x")).text())
                .contains("in " + stage.path("tools"), "[x]");
        assertThat(stage.builds()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"cli/src/main/java/Main.java", "cli/pom.xml", "pom.xml", "mm/src/main/java/New.java"})
    void start_newerSource_buildsAgain(String source) throws IOException {
        stage.ring3();
        Path file = stage.write("checkout/" + source, "changed");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(stage.ring3().text()).contains("ring3: sources have changed, building... done in");
    }

    @Test
    void start_deletedSource_buildsAgain() throws IOException {
        stage.write("checkout/cli/src/main/java/Other.java", "class Other {}");
        stage.ring3();
        Files.delete(stage.path("checkout/cli/src/main/java/Other.java"));
        stage.ring3();
        assertThat(stage.builds()).isEqualTo(2);
    }

    @Test
    void rebuild_many_keepsTheOneBefore() {
        for (int i = 0; i < 4; i++) {
            stage.write("checkout/pom.xml", "<project>" + i + "</project>");
            stage.ring3();
        }
        assertThat(stage.builds()).isEqualTo(4);
        assertThat(stage.outputs()).isEqualTo("app " + BUILT);
    }

    @ParameterizedTest
    @CsvSource({
        "70, '[ERROR] COMPILATION ERROR'",
        "3, '[ERROR] Could not transfer artifact a:b:1'",
        "3, '[ERROR] RequireMavenVersion failed'"
    })
    void build_fails_namesTheLogAndTriesAgain(int status, String error) {
        Result result = stage.with("FAKE_MAVEN_ERROR", error).ring3();
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.text())
                .contains(error, "the whole log is " + stage.path("checkout/target/ring3/maven.log"))
                .doesNotContain("java of");
        assertThat(stage.outputs()).isEqualTo("lock maven.log");
        assertThat(stage.without("FAKE_MAVEN_ERROR").ring3().status()).isZero();
    }

    @Test
    void build_fails_theOldOneDoesNotRun() {
        stage.ring3();
        stage.write("checkout/pom.xml", "<project>broken</project>");
        assertThat(stage.with("FAKE_MAVEN_ERROR", "broken").ring3().text()).doesNotContain("java of");
    }

    @Test
    void build_withoutMaven_saysSo() {
        Result result = stage.with("PATH", stage.path("tools").toString()).ring3();
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.text()).startsWith("ring3: Maven (mvn, 3.8.7 or newer) is not on the PATH");
    }

    @Test
    void build_whereNothingCanBeWritten_saysSo() {
        stage.write("checkout/target", "a file where the folder should be");
        Result result = stage.ring3();
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.text()).startsWith("ring3: cannot write to " + stage.path("checkout/target/ring3"));
        stage.with("RING3_BUILD_DIR", stage.path("elsewhere").toString());
        assertThat(stage.ring3().status()).isZero();
    }

    @Test
    void start_twoAtOnce_buildOnce() {
        assumeTrue(Files.exists(stage.path("tools/flock")), "no flock on this machine");
        stage.with("FAKE_MAVEN_SECONDS", "1");
        Process first = stage.start(stage.path("checkout/ring3").toString(), "first");
        stage.awaitBuild();
        Result second = stage.ring3("second");
        assertThat(stage.finish(first).text()).contains("[first]");
        assertThat(second.text()).contains("another start is building; waiting for it", "[second]");
        assertThat(stage.builds()).isEqualTo(1);
        assertThat(stage.outputs()).isEqualTo(BUILT);
    }

    @Test
    void start_twoAtOnceWithoutLocks_bothRun() throws IOException {
        Files.deleteIfExists(stage.path("tools/flock"));
        stage.with("FAKE_MAVEN_SECONDS", "1");
        Process first = stage.start(stage.path("checkout/ring3").toString(), "first");
        stage.awaitBuild();
        Result second = stage.ring3("second");
        assertThat(stage.finish(first).text()).contains("[first]");
        assertThat(second.text()).contains("[second]");
        assertThat(stage.builds()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void build_interrupted_leavesNothing(String signal, int status) {
        Process process = startSlowly();
        stage.signal(signal, process);
        Result result = stage.finish(process);
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.text()).contains("interrupted after");
        assertThat(stage.outputs()).isEqualTo("lock");
        assertThat(stage.with("FAKE_MAVEN_SECONDS", "0").ring3().status()).isZero();
    }

    @Test
    void build_killed_isSweptByTheNext() {
        Process process = startSlowly();
        List<ProcessHandle> orphans = process.descendants().toList();
        stage.signal("KILL", process);
        assertThat(stage.finish(process).status()).isEqualTo(128 + 9);
        assertThat(stage.with("FAKE_MAVEN_SECONDS", "0").ring3().status()).isZero();
        assertThat(stage.outputs()).isEqualTo(BUILT);
        orphans.forEach(ProcessHandle::destroy);
    }

    @Test
    void start_onAnotherJdk_trainsACacheForItOnly() {
        stage.ring3();
        stage.with("RING3_JAVA_HOME", stage.addJdk("jdks/26", "26").toString());
        assertThat(stage.ring3().text()).contains("ring3: first use of JDK 26, preparing... done in", "/26");
        Result again = stage.ring3();
        assertThat(again.text()).contains("[-XX:AOTCache=").doesNotContain("preparing");
        assertThat(stage.builds()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--version, true, true",
        "'', true, true",
        "bpf disasm, true, true",
        "bpf run, true, false",
        "litmus run a.litmus, true, true",
        "litmus run --on jit a.litmus, true, false",
        "litmus run a.litmus --on=kernel, true, false",
        "serve, false, false",
        "bench bpf, false, false"
    })
    void start_command_tunesTheJvmForIt(String command, boolean serial, boolean firstCompilerOnly) {
        String text = stage.ring3(command.split(" ")).text();
        assertThat(text.contains("[-XX:+UseSerialGC]")).isEqualTo(serial);
        assertThat(text.contains("[-XX:TieredStopAtLevel=1]")).isEqualTo(firstCompilerOnly);
        assertThat(text)
                .contains(
                        "[--enable-native-access=dev.ring3.bench,dev.ring3.bpf,dev.ring3.linux,rocksdbjni,com.github.luben.zstd_jni]");
    }

    @Test
    void start_javaOptions_comeAfterOurs() {
        assertThat(stage.with("RING3_JAVA_OPTS", "-Xmx1g -Da=b").ring3("x").text())
                .contains("[-Xmx1g]\n[-Da=b]\n[-m]\n[dev.ring3.cli/dev.ring3.cli.Main]\n[x]");
    }

    private Process startSlowly() {
        Process process = stage.with("FAKE_MAVEN_SECONDS", "30")
                .start(stage.path("checkout/ring3").toString());
        stage.awaitBuild();
        return process;
    }
}
