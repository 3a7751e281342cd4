package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void arguments_ofTheJvm_areShownWithoutWhereItLies() {
        List<String> arguments = List.of(
                "-Xmx1g",
                "-XX:AOTCache=/srv/me/app.aot",
                "--module-path=/srv/me/lib:/srv/more",
                "-javaagent:/srv/me/agent.jar=a=b",
                "--enable-native-access=dev.ring3.bench,dev.ring3.linux",
                "-Xlog:all=warning,aot*=off:stderr");
        assertThat(Machine.shownArguments(arguments))
                .isEqualTo("-Xmx1g -XX:AOTCache=... --module-path=... -javaagent:..."
                        + " --enable-native-access=dev.ring3.bench,dev.ring3.linux -Xlog:all=warning,aot*=off:stderr");
    }

    @Test
    void machine_describesItself_withoutPaths() {
        assertThat(Machine.here().described().get("jvm_arguments")).doesNotContain("=/");
    }
}
