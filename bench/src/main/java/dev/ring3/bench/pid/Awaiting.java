package dev.ring3.bench.pid;

import dev.ring3.linux.Child;
import dev.ring3.linux.ExitStatus;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.Pidfd.State;
import dev.ring3.linux.PidfdReactor;
import dev.ring3.linux.Signal;
import dev.ring3.linux.Spawn;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Many processes that are awaited at a time and then killed, a little after one another: how soon each end is told, and what
 * awaiting takes of threads and memory. In a JVM of its own for each way, since threads and memory are the JVM's.
 */
final class Awaiting {
    private static final long KILL_PAUSE_MILLIS = 2;
    private static final long SETTLE_MILLIS = 500;
    private static final double PERCENT_99 = 0.99;

    /** The processes, and how they are awaited. */
    enum Way {
        JDK_CHILDREN,
        OUR_CHILDREN,
        JDK_OTHERS,
        OUR_OTHERS
    }

    /** One of them. */
    private record Awaited(CompletableFuture<?> end, Runnable kill) {}

    private final List<Awaited> all = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private Awaiting() {}

    /** A line {@code await THREADS MEMORY-KIB MEDIAN-MICROS 99TH-MICROS}, with tabs between. */
    static String measure(Way way, int count) throws Exception {
        Awaiting awaiting = new Awaiting();
        long threads = status("Threads");
        System.gc();
        long memoryKib = status("VmRSS");
        awaiting.start(way, count);
        Thread.sleep(SETTLE_MILLIS);
        long threadsThen = status("Threads") - threads;
        System.gc();
        long memoryThen = status("VmRSS") - memoryKib;
        long[] micros = awaiting.kill();
        for (AutoCloseable one : awaiting.open) {
            one.close();
        }
        return "await\t%d\t%d\t%d\t%d"
                .formatted(threadsThen, memoryThen, micros[count / 2], micros[(int) (count * PERCENT_99)]);
    }

    private void start(Way way, int count) throws IOException {
        switch (way) {
            case JDK_CHILDREN -> {
                for (int i = 0; i < count; i++) {
                    Process process = new ProcessBuilder("sleep", "1000").start();
                    all.add(new Awaited(process.onExit(), process::destroyForcibly));
                }
            }
            case OUR_CHILDREN -> {
                for (int i = 0; i < count; i++) {
                    Child child = Spawn.named("sleep", "1000").start();
                    open.add(child);
                    all.add(new Awaited(child.exit(), () -> child.signal(Signal.KILL)));
                }
            }
            case JDK_OTHERS -> {
                for (long pid : others(count)) {
                    ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
                    all.add(new Awaited(handle.onExit(), handle::destroyForcibly));
                }
            }
            case OUR_OTHERS -> {
                for (long pid : others(count)) {
                    Pidfd pidfd = Pidfd.open(pid);
                    open.add(pidfd);
                    all.add(new Awaited(
                            PidfdReactor.shared().watch(pidfd, State.REAPED).thenApply(_ -> requireKilled(pidfd)),
                            () -> pidfd.signal(Signal.KILL)));
                }
            }
        }
    }

    /** The real status is there too, which the JDK has not got of processes that are nobody's children here. */
    private static Pidfd requireKilled(Pidfd pidfd) {
        if (!(pidfd.exitStatus().orElseThrow() instanceof ExitStatus.Killed)) {
            throw new IllegalStateException("another status");
        }
        return pidfd;
    }

    private long[] kill() throws InterruptedException {
        long[] begin = new long[all.size()];
        long[] micros = new long[all.size()];
        CountDownLatch left = new CountDownLatch(all.size());
        for (int i = 0; i < all.size(); i++) {
            int index = i;
            var _ = all.get(i).end().whenComplete((_, failure) -> {
                micros[index] = failure == null ? (System.nanoTime() - begin[index]) / 1000 : Long.MAX_VALUE;
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
    private List<Long> others(int count) throws IOException {
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt " + count
                                + " ]; do sleep 1000 >/dev/null & echo $!; i=$((i+1)); done; echo; wait")
                .start();
        open.add(shell::destroyForcibly);
        List<Long> pids = new ArrayList<>();
        BufferedReader reader = shell.inputReader();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            pids.add(Long.parseLong(line));
        }
        return pids;
    }

    private static long status(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
