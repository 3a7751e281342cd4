package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.house.LauncherStage.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK {@code ./ring3} takes. */
class JdkSearchTest {
    @TempDir
    private Path folder;

    private LauncherStage stage;

    @BeforeEach
    void setUp() throws IOException {
        stage = new LauncherStage(Files.createDirectory(folder.resolve("a stage")));
    }

    @Test
    void search_usualFolders_takeTheNearestVersion() {
        stage.addJdk("jdks/17", "17.0.15");
        stage.addJdk("jdks/27-ea", "27-ea");
        stage.addJdk("jdks/8", "1.8.0_402");
        Path nearest = stage.addJdk("jdks/the 25", "25.0.3");
        stage.addJdk("jdks/z26", "26");
        assertThat(stage.ring3().text()).contains("java of " + nearest);
    }

    @Test
    void search_severalFolders_allAreLookedAt() {
        Path jdk = stage.addJdk("other/Contained/Contents/Home", "25");
        stage.with("RING3_JDK_DIRS", stage.path("none") + ":" + stage.path("other"));
        assertThat(stage.ring3().text()).contains("java of " + jdk);
    }

    @Test
    void search_javaOnThePath_beforeTheUsualFolders() {
        stage.addJdk("jdks/25", "25.0.3");
        Path jdk = stage.addJdk("opt/jdk-26", "26.0.1");
        stage.link("tools/java", Path.of("../alternatives/java"));
        stage.link("alternatives/java", jdk.resolve("bin/java"));
        assertThat(stage.ring3().text()).contains("java of " + jdk);
    }

    @Test
    void search_oldJavaOnThePathAndInJavaHome_arePassedOver() {
        Path old = stage.addJdk("opt/jdk-17", "17.0.15");
        stage.link("tools/java", old.resolve("bin/java"));
        stage.with("JAVA_HOME", old.toString());
        Path jdk = stage.addJdk("jdks/25", "25.0.3");
        assertThat(stage.ring3().text()).contains("java of " + jdk);
    }

    @Test
    void search_javaHome_beforeThePath() {
        stage.link("tools/java", stage.addJdk("opt/jdk-25", "25").resolve("bin/java"));
        Path jdk = stage.addJdk("home/jdk-26", "26");
        assertThat(stage.with("JAVA_HOME", jdk.toString()).ring3().text()).contains("java of " + jdk);
    }

    @Test
    void search_ring3JavaHome_beforeAll() {
        stage.with("JAVA_HOME", stage.addJdk("opt/jdk-25", "25").toString());
        Path jdk = stage.addJdk("opt/jdk-28", "28");
        assertThat(stage.with("RING3_JAVA_HOME", jdk.toString()).ring3().text()).contains("java of " + jdk);
    }

    @Test
    void search_ring3JavaHomeTooOld_isNotReplacedByAnother() {
        stage.addJdk("jdks/25", "25.0.3");
        Path old = stage.addJdk("opt/jdk-24", "24.0.2");
        Result result = stage.with("RING3_JAVA_HOME", old.toString()).ring3();
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.text()).contains(old + " is version 24.0.2").contains("RING3_JAVA_HOME names it");
        assertThat(stage.builds()).isZero();
    }

    @Test
    void search_ring3JavaHomeWithoutJava_saysSo() {
        Result result =
                stage.with("RING3_JAVA_HOME", stage.path("nowhere").toString()).ring3();
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.text()).contains(stage.path("nowhere") + " has no bin/java");
    }

    @Test
    void search_nothing_saysWhereToGetOne() {
        Result result = stage.ring3("--version");
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.text())
                .startsWith("ring3: no JDK 25 or newer was found.")
                .contains("Temurin", "RING3_JAVA_HOME=");
    }

    @Test
    void search_onlyUnfit_saysWhy() throws IOException {
        stage.addJdk("jdks/17", "17.0.15");
        Files.delete(stage.addJdk("jdks/jre-25", "25.0.3").resolve("bin/javac"));
        Files.delete(stage.addJdk("jdks/unlabelled", "25.0.3").resolve("release"));
        Result result = stage.ring3();
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.text())
                .contains(
                        "17 is version 17.0.15",
                        "jre-25 is version 25.0.3, but has no compiler",
                        "unlabelled has no readable");
    }

    @Test
    void check_findsTheSameWay() {
        Result result = stage.check();
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.text()).startsWith("check: no JDK 25 or newer was found.");
    }
}
