package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The figures of docs/linux.md; says them and holds the goals. Takes a machine that does nothing else. */
class JdkComparisonTest {
    private static final int PROCESSES = 1_000;

    private static void requireBench() {
        RealKernel.requireCalls();
        assumeTrue(Boolean.getBoolean("ring3.bench"), "a measurement: -Dring3.bench=true");
    }

    @Test
    void costs_ofSingleCalls_areWithinTheGoals() throws Exception {
        requireBench();
        List<String> lines = run("costs");
        lines.forEach(System.out::println);
        assertThat(ratio(lines, "signal")).isGreaterThanOrEqualTo(8);
        assertThat(ratio(lines, "liveness")).isGreaterThanOrEqualTo(20);
        assertThat(ratio(lines, "info-parent")).isGreaterThanOrEqualTo(15);
        assertThat(ratio(lines, "attributes")).isGreaterThanOrEqualTo(8);
    }

    @Test
    void awaiting_aThousand_isWithinTheGoals() throws Exception {
        requireBench();
        for (String whose : List.of("children", "others")) {
            for (int round = 0; round < 3; round++) {
                String jdk = run("await", "jdk-" + whose, "" + PROCESSES).getLast();
                String ours = run("await", "our-" + whose, "" + PROCESSES).getLast();
                System.out.println(whose + ", JDK:  " + jdk);
                System.out.println(whose + ", ours: " + ours);
                assertThat(value(ours, "threads")).isLessThanOrEqualTo(4); // the reactor's, the cleaner's, the JVM's
                assertThat(value(ours, "memoryKib") * 4).isLessThanOrEqualTo(value(jdk, "memoryKib"));
                if (whose.equals("others")) {
                    assertThat(value(ours, "p50us") * 100).isLessThanOrEqualTo(value(jdk, "p50us"));
                }
            }
        }
    }

    private static double ratio(List<String> lines, String name) {
        String line = lines.stream()
                .filter(one -> one.startsWith(name + ":"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static long value(String line, String name) {
        Matcher matcher = Pattern.compile(name + "=(-?\\d+)").matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static List<String> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-XX:-UseDynamicNumberOfCompilerThreads", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(JdkComparison.class.getName());
        command.addAll(List.of(arguments));
        return LoopFilesystem.Command.run(command.toArray(String[]::new));
    }
}
