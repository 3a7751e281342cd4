package dev.ring3.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a measurement ran on.
 *
 * @param processor its model, as the kernel names it
 * @param processors how many this JVM may use
 * @param kernel of the operating system
 * @param memory of the machine, in MiB
 * @param hugePages whether the kernel gives them: {@code always [madvise] never}
 * @param jvm name and version
 * @param jvmArguments those of this JVM, without what says where it lies; those that measure get theirs from it
 * @param began when the measurement began
 * @param loadBefore the load average of a minute before it
 */
public record Machine(
        String processor,
        int processors,
        String memory,
        String hugePages,
        String kernel,
        String jvm,
        String jvmArguments,
        String governor,
        Instant began,
        String loadBefore) {
    private static final String UNKNOWN = "unknown";

    /** This machine, now. */
    public static Machine here() {
        return new Machine(
                processorModel(),
                Runtime.getRuntime().availableProcessors(),
                memoryMib(),
                line(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                "%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")),
                shownArguments(ManagementFactory.getRuntimeMXBean().getInputArguments()),
                line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                load());
    }

    /** Without paths, which are this machine's alone and change no figure. */
    static String shownArguments(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.replaceFirst("([=:])/.*", "$1..."))
                .collect(Collectors.joining(" "));
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

    private static String memoryMib() {
        String first = line(Path.of("/proc/meminfo")).lines().findFirst().orElse("");
        String kib = first.replaceAll("\\D", "");
        return kib.isEmpty() ? UNKNOWN : Long.toString(Long.parseLong(kib) >> 10);
    }

    private static String line(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** What it says of itself, each word with its value. */
    public Map<String, String> described() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("processor", processor);
        words.put("processors", Integer.toString(processors));
        words.put("memory_mib", memory);
        words.put("huge_pages", hugePages);
        words.put("kernel", kernel);
        words.put("jvm", jvm);
        words.put("jvm_arguments", jvmArguments);
        words.put("governor", governor);
        words.put("began", began.toString());
        words.put("load_before", loadBefore);
        return words;
    }

    /** For reports of machines. */
    public JsonText json() {
        JsonText json = new JsonText();
        described().forEach((word, value) -> {
            if (word.equals("processors")) {
                json.put(word, processors);
            } else {
                json.put(word, value);
            }
        });
        return json;
    }

    /** One line for people. */
    @Override
    public String toString() {
        return "%s, %d processors, %s, %s, load %s".formatted(processor, processors, kernel, jvm, loadBefore);
    }
}
