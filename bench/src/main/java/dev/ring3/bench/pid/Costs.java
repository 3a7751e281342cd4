package dev.ring3.bench.pid;

import dev.ring3.bench.measure.Rounds;
import dev.ring3.bench.measure.Subject;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.Signal;
import dev.ring3.linux.Statx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What single calls cost, of the JDK and of module {@code linux}, in turn in one process. */
final class Costs {
    private static final double BATCH_MILLIS = 20;
    private static final double WARM_UP_MILLIS = 500;

    private Costs() {}

    /** A call of each, which says that it found what it had to. */
    private record Pair(BooleanSupplier jdk, BooleanSupplier ours) {}

    /** Lines {@code cost NAME ROUND JDK-NANOS OUR-NANOS SHARE}, with tabs between. */
    static List<String> measure(int rounds) throws IOException {
        // It has to be there until the end, whatever signal it gets.
        Process process =
                new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 100; done").start();
        if (process.getInputStream().read() < 0) {
            throw new IllegalStateException("a shell that says nothing");
        }
        ProcessHandle handle = process.toHandle();
        Path file = Files.createTempFile("ring3", "statx");
        List<String> lines = new ArrayList<>();
        try (Pidfd pidfd = Pidfd.of(handle)) {
            pairs(handle, pidfd, file).forEach((name, pair) -> {
                Rounds taken = new Rounds(List.of(subject(pair.jdk()), subject(pair.ours())), BATCH_MILLIS);
                taken.warmUp(WARM_UP_MILLIS);
                int number = 0;
                for (Rounds.Round round : taken.take(rounds)) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "cost\t%s\t%d\t%.1f\t%.1f\t%.3f",
                            name,
                            number++,
                            round.nanos().get(0),
                            round.nanos().get(1),
                            round.share()));
                }
            });
        } finally {
            Files.delete(file);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return lines;
    }

    private static Map<String, Pair> pairs(ProcessHandle handle, Pidfd pidfd, Path file) {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        pairs.put("signal", new Pair(handle::destroy, () -> {
            pidfd.signal(Signal.TERM);
            return true;
        }));
        pairs.put("liveness", new Pair(handle::isAlive, pidfd::isRunning));
        pairs.put(
                "info: the parent",
                new Pair(
                        () -> handle.parent().isPresent(),
                        () -> pidfd.info().ids().isPresent()));
        pairs.put(
                "info: the user",
                new Pair(
                        () -> handle.info().user().isPresent(),
                        () -> pidfd.info().credentials().isPresent()));
        pairs.put(
                "file attributes",
                new Pair(
                        () -> !attributes(file).isEmpty(),
                        () -> Statx.of(file).sizeBytes().isPresent()));
        return pairs;
    }

    private static Map<String, Object> attributes(Path file) {
        try {
            return Files.readAttributes(file, "unix:*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Subject subject(BooleanSupplier call) {
        return times -> {
            long found = 0;
            for (long i = 0; i < times; i++) {
                found += call.getAsBoolean() ? 1 : 0;
            }
            if (found != times) {
                throw new IllegalStateException("a call did not find what it had to");
            }
            return found;
        };
    }
}
