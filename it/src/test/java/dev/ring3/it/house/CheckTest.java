package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.house.LauncherStage.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ./check} makes of what Maven did. */
class CheckTest {
    private static final String REPORT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite version="3.0.2" name="a.ATest" time="0.078" tests="8" errors="1" skipped="3" failures="1" flakes="0">
              <testcase name="fine" classname="a.ATest" time="0.0"/>
              <testcase name="off" classname="a.ATest" time="0.0">
                <skipped message="&quot;a&quot; &lt; b &amp; c"/>
              </testcase>
              <testcase name="one" classname="a.ATest" time="0.0">
                <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no clang-19: install it
            \tat a.ATest.one(ATest.java:12)
            ]]></skipped>
              </testcase>
              <testcase name="two" classname="a.ATest" time="0.0">
                <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no clang-19: install it
            ]]></skipped>
              </testcase>
            </testsuite>
            """;

    @TempDir
    private Path folder;

    private LauncherStage stage;

    @BeforeEach
    void setUp() throws IOException {
        stage = new LauncherStage(Files.createDirectory(folder.resolve("a stage")));
        stage.addJdk("jdks/25", "25.0.3");
    }

    @Test
    void summary_addsUpAndListsWhatWasSkipped() {
        Result result = stage.with("FAKE_REPORT", REPORT).check();
        assertThat(result.status()).isZero();
        assertThat(result.text()).endsWith("""
                        skipped: "a" < b & c
                          a.ATest.off
                        skipped: no clang-19: install it
                          a.ATest.one
                          a.ATest.two
                        3 passed, 2 failed, 3 skipped
                        """);
    }

    @Test
    void status_isThatOfMaven() {
        Result result = stage.with("FAKE_REPORT", REPORT)
                .with("FAKE_MAVEN_ERROR", "There are test failures")
                .check();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).contains("[ERROR] There are test failures").endsWith("2 failed, 3 skipped\n");
    }

    @Test
    void status_noTestRan_isAFailure() {
        stage.write("checkout/cli/target/surefire-reports/TEST-gone.xml", REPORT);
        Result result = stage.check();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).contains("0 passed, 0 failed, 0 skipped\n").endsWith("check: no test ran\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | --fail-at-end verify",
                "-Da=b | --fail-at-end verify -Da=b",
                "fast | --fail-at-end test -pl !it,!fuzz",
                "fast -pl bpf | --fail-at-end test -pl bpf",
                "long | --fail-at-end verify -Dring3.long=true",
                "jars | -q -pl cli -am"
            })
    void mode_callsMavenWith(String arguments, String expected) {
        stage.with("FAKE_REPORT", REPORT).check(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(stage.path("maven-arguments")).content().contains(expected);
    }

    @Test
    void mode_unknown_isRefused() {
        Result result = stage.check("everything");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.text()).startsWith("Usage: ./check");
    }
}
