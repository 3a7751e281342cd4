package dev.ring3.linux;

import dev.ring3.linux.Pidfd.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What the JDK and this module take for the same, in a JVM of its own: run by {@link JdkComparisonTest}, one line of
 * {@code name=value} for each figure.
 */
final class JdkComparison {
    private static final int WARM_UP = 10_000;
    /** The processor's time is counted in ticks of milliseconds, so there have to be many of them. */
    private static final int CALLS_OF_JDK = 10_000;

    private static final int CALLS = 100_000;
    private static final int ROUNDS = 9;
    private static final long KILL_PAUSE_MILLIS = 2;

    private JdkComparison() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "costs" -> costs();
            case "await" -> await(arguments[1], Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private interface Operation {
        void run() throws Exception;
    }

    private static void costs() throws Exception {
        Process ignoring =
                new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 100; done").start();
        ignoring.getInputStream().read();
        ProcessHandle handle = ignoring.toHandle();
        Path file = Files.createTempFile("ring3", "statx");
        try (Pidfd pidfd = Pidfd.of(handle)) {
            compare("signal", handle::destroy, () -> pidfd.signal(Signal.TERM));
            compare("liveness", handle::isAlive, pidfd::isRunning);
            compare("info-parent", handle::parent, pidfd::info);
            compare("info-user", () -> handle.info().user(), pidfd::info);
            compare("attributes", () -> Files.readAttributes(file, "unix:*"), () -> Statx.of(file));
        } finally {
            Files.delete(file);
            ignoring.destroyForcibly();
        }
    }

    /** Rounds of both by turns; the medians, and the least and the greatest of each. */
    private static void compare(String name, Operation jdk, Operation ours) throws Exception {
        nanos(jdk, WARM_UP);
        nanos(ours, WARM_UP);
        double[] jdkNanos = new double[ROUNDS];
        double[] ourNanos = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            jdkNanos[round] = nanos(jdk, CALLS_OF_JDK);
            ourNanos[round] = nanos(ours, CALLS);
        }
        Arrays.sort(jdkNanos);
        Arrays.sort(ourNanos);
        System.out.println(String.format(
                Locale.ROOT,
                "%s: JDK %.0f ns (%.0f to %.0f), ours %.0f ns (%.0f to %.0f), ratio %.1f",
                name,
                jdkNanos[ROUNDS / 2],
                jdkNanos[0],
                jdkNanos[ROUNDS - 1],
                ourNanos[ROUNDS / 2],
                ourNanos[0],
                ourNanos[ROUNDS - 1],
                jdkNanos[ROUNDS / 2] / ourNanos[ROUNDS / 2]));
    }

    /** Of the processor, not of the clock, so that others who use the machine count less. */
    private static double nanos(Operation operation, int calls) throws Exception {
        long begin = processorNanos();
        for (int i = 0; i < calls; i++) {
            operation.run();
        }
        return (processorNanos() - begin) / (double) calls;
    }

    /** What the calling thread has used so far: the first field of {@code schedstat}. */
    private static long processorNanos() {
        String text = ProcFiles.text("/proc/thread-self/schedstat").orElse("0 ");
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    /** Something that is awaited, and how it is killed. */
    private record Awaited(CompletableFuture<?> end, Operation kill) {}

    private static void await(String kind, int count) throws Exception {
        long threads = number("Threads");
        System.gc();
        long memoryKib = number("VmRSS");
        List<Awaited> all = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>();
        switch (kind) {
            case "jdk-children" -> {
                for (int i = 0; i < count; i++) {
                    Process process = new ProcessBuilder("sleep", "1000").start();
                    all.add(new Awaited(process.onExit(), process::destroyForcibly));
                }
            }
            case "our-children" -> {
                for (int i = 0; i < count; i++) {
                    Child child = Programs.sleeper().start();
                    open.add(child);
                    all.add(new Awaited(child.exit(), () -> child.signal(Signal.KILL)));
                }
            }
            case "jdk-others" -> {
                for (long pid : others(count, open)) {
                    ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
                    all.add(new Awaited(handle.onExit(), handle::destroyForcibly));
                }
            }
            case "our-others" -> {
                for (long pid : others(count, open)) {
                    Pidfd pidfd = Pidfd.open(pid);
                    open.add(pidfd);
                    all.add(new Awaited(
                            PidfdReactor.shared().watch(pidfd, State.REAPED).thenApply(_ -> {
                                if (!(pidfd.exitStatus().orElseThrow() instanceof ExitStatus.Killed)) {
                                    throw new IllegalStateException("another status");
                                }
                                return pidfd;
                            }),
                            () -> pidfd.signal(Signal.KILL)));
                }
            }
            default -> throw new IllegalArgumentException(kind);
        }
        Thread.sleep(500);
        long threadsThen = number("Threads");
        System.gc();
        long memoryThen = number("VmRSS");
        long[] micros = kill(all);
        System.out.println(String.format(
                Locale.ROOT,
                "threads=%d memoryKib=%d p50us=%d p99us=%d",
                threadsThen - threads,
                memoryThen - memoryKib,
                micros[count / 2],
                micros[count * 99 / 100]));
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static long[] kill(List<Awaited> all) throws Exception {
        long[] begin = new long[all.size()];
        long[] micros = new long[all.size()];
        CountDownLatch left = new CountDownLatch(all.size());
        for (int i = 0; i < all.size(); i++) {
            int index = i;
            var _ = all.get(i).end().whenComplete((_, e) -> {
                micros[index] =
                        e == null ? TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin[index]) : Long.MAX_VALUE;
                left.countDown();
            });
        }
        for (int i = 0; i < all.size(); i++) {
            begin[i] = System.nanoTime();
            all.get(i).kill().run();
            Thread.sleep(KILL_PAUSE_MILLIS);
        }
        left.await();
        Arrays.sort(micros);
        return micros;
    }

    /** Children of a shell, which reaps them. */
    private static List<Long> others(int count, List<AutoCloseable> open) throws Exception {
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt " + count
                                + " ]; do sleep 1000 >/dev/null & echo $!; i=$((i+1)); done; echo; wait")
                .start();
        List<Long> pids = new ArrayList<>();
        var reader = shell.inputReader();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            pids.add(Long.parseLong(line));
        }
        open.add(shell::destroyForcibly);
        return pids;
    }

    private static long number(String name) {
        Map<String, String> status = ProcFiles.fields("/proc/self/status");
        return Long.parseLong(String.valueOf(status.get(name)).split(" ", -1)[0]);
    }
}
