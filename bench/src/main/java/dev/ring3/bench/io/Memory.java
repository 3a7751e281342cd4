package dev.ring3.bench.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's memory, as the kernel tells. */
final class Memory {
    private Memory() {}

    /** How much of it is in huge pages: {@code 512 MiB of anonymous memory}. */
    static String huge() {
        try {
            return Files.readAllLines(Path.of("/proc/self/smaps_rollup")).stream()
                    .filter(line -> line.startsWith("AnonHugePages:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB of anonymous memory")
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
