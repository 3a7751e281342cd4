package dev.ring3.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many processors the kernel lays out its per-CPU data for; no less than there are, and often more. */
final class Processors {
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

    private Processors() {}

    /** One more than the highest number of those that can ever be there ({@code Documentation/admin-guide/cputopology.rst}). */
    static int possible() {
        try {
            return countOf(Files.readString(POSSIBLE).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a list of ranges in rising order: {@code 0-3}, {@code 0,2-5}. */
    static int countOf(String ranges) {
        return Integer.parseInt(ranges.substring(Math.max(ranges.lastIndexOf('-'), ranges.lastIndexOf(',')) + 1)) + 1;
    }
}
