package dev.ring3.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a measurement ran on.
 *
 * @param processor its model, as the kernel names it
 * @param processors how many this JVM may use
 * @param kernel of the operating system
 * @param jvm name and version
 * @param began when the measurement began
 * @param loadBefore the load average of a minute before it
 */
public record Machine(
        String processor,
        int processors,
        String kernel,
        String jvm,
        String governor,
        Instant began,
        String loadBefore) {
    private static final String UNKNOWN = "unknown";

    /** This machine, now. */
    public static Machine here() {
        return new Machine(
                processorModel(),
                Runtime.getRuntime().availableProcessors(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                "%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")),
                line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                load());
    }

    /** The load average of the last minute, which counts what others run too. */
    public static String load() {
        return line(Path.of("/proc/loadavg")).replaceFirst(" .*", "");
    }

    private static String processorModel() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String line(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** For reports of machines. */
    public JsonText json() {
        return new JsonText()
                .put("processor", processor)
                .put("processors", processors)
                .put("kernel", kernel)
                .put("jvm", jvm)
                .put("governor", governor)
                .put("began", began.toString())
                .put("load_before", loadBefore);
    }

    /** One line for people. */
    @Override
    public String toString() {
        return "%s, %d processors, %s, %s, load %s".formatted(processor, processors, kernel, jvm, loadBefore);
    }
}
