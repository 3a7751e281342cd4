package dev.ring3.it.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the running kernel says of a program. {@code bpftool} loads it, because libbpf makes the maps, resolves the
 * functions of the kernel and supplies types, as loaders of real programs do.
 *
 * @param accepted whether it was loaded
 * @param reason the last words of the kernel's verifier, or of libbpf where it did not come that far
 */
record LinuxVerdict(boolean accepted, String reason) {
    private static final String LOG_BEGIN = "-- BEGIN PROG LOAD LOG --";
    private static final String LOG_END = "-- END PROG LOAD LOG --";
    private static final List<String> NO_REASON =
            List.of("processed ", "verification time", "stack depth", "cur state:", "old state:");
    private static final Path PINS = Path.of("/sys/fs/bpf");
    private static final int SECONDS_MAX = 60;

    /** Loads an object with one program; {@code folder} is the caller's. */
    static LinuxVerdict of(CorpusProgram program, Path object, Path folder) throws IOException, InterruptedException {
        Path pin = PINS.resolve("ring3-" + ProcessHandle.current().pid() + "-" + program.name());
        Path output = folder.resolve(program.name() + ".txt");
        Process process = new ProcessBuilder("bpftool", "prog", "load", object.toString(), pin.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("%s: bpftool takes more than %d s".formatted(program, SECONDS_MAX));
            }
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(pin);
        }
        String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        return process.exitValue() == 0 ? new LinuxVerdict(true, "") : new LinuxVerdict(false, reason(text));
    }

    /** The last line that is neither a state nor a figure; libbpf's first one if the verifier was not asked. */
    private static String reason(String output) {
        int begin = output.indexOf(LOG_BEGIN);
        int end = output.indexOf(LOG_END);
        if (begin < 0 || end < begin) {
            return output.lines()
                    .filter(line -> line.startsWith("libbpf:"))
                    .findFirst()
                    .orElse(output.strip());
        }
        return output.substring(begin + LOG_BEGIN.length(), end)
                .lines()
                .filter(line -> !line.isBlank() && NO_REASON.stream().noneMatch(line::startsWith))
                .reduce("", (_, last) -> last);
    }
}
