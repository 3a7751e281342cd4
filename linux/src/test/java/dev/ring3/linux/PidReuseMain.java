package dev.ring3.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Run by {@link PidReuseTest} as the first process of a namespace: writes down what it finds. */
final class PidReuseMain {
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final int ATTEMPTS_MAX = 200;

    private PidReuseMain() {}

    /** A process that ended, its handle, and another that has its number now. */
    private record Reuse(Child first, Pidfd handle, PidfdId id, PidfdId startTime, Child second)
            implements AutoCloseable {
        @Override
        public void close() {
            second.signal(Signal.KILL);
            second.close();
            handle.close();
            first.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<String> found = new ArrayList<>();
        try (Reuse reuse = provoke()) {
            found.add("number given again: "
                    + (reuse.first().pid() == reuse.second().pid()));
            ProcessHandle.of(reuse.handle().pid()).orElseThrow().destroyForcibly();
            found.add("control, by number: "
                    + (reuse.second().await().shellCode() == 137 ? "killed the stranger" : "missed"));
        }
        try (Reuse reuse = provoke()) {
            Pidfd handle = reuse.handle();
            String signal = errno(() -> handle.signal(Signal.KILL));
            try (Pidfd stranger = reuse.second().handle()) {
                Thread.sleep(50); // a signal that went astray would have arrived
                found.add("signal: " + signal + (stranger.isRunning() ? ", stranger runs" : ", stranger died"));
                found.add("info: "
                        + (handle.info().exit().orElseThrow().shellCode() == 143
                                        && handle.info().ids().isEmpty()
                                ? "exit of the first"
                                : handle.info()));
                found.add("state: " + handle.state());
                found.add("ids differ: " + !stranger.id().equals(reuse.id()));
            }
            found.add("reopen by stored id: "
                    + errno(() ->
                            Pidfd.reopen(PidfdId.parse(reuse.id().toString())).close()));
            found.add("reopen by start time: "
                    + errno(() -> Pidfd.reopen(reuse.startTime()).close()));
            found.add("files: " + errno(() -> handle.file(0).close()));
            found.add("to a handle of the JDK: " + handle.toHandle().isPresent());
        }
        Files.write(Path.of(arguments[0]), found);
    }

    private static Reuse provoke() throws Exception {
        SystemCalls old = OldKernel.without(Feature.PIDFS, Feature.HANDLES);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Child first = Programs.sleeper().start();
            Pidfd handle = first.handle();
            PidfdId startTime;
            try (Pidfd asOld = PidfdOpening.open(old, first.pid(), 0)) {
                startTime = asOld.id();
            }
            PidfdId id = handle.id();
            Thread.sleep(20); // so that the start times differ
            first.signal(Signal.TERM);
            first.await();
            Files.writeString(LAST_PID, Long.toString(first.pid() - 1));
            Child second = Programs.sleeper().start();
            if (second.pid() == first.pid()) {
                return new Reuse(first, handle, id, startTime, second);
            }
            second.signal(Signal.KILL); // a thread of the JVM came first
            second.await();
            second.close();
            handle.close();
            first.close();
        }
        throw new IllegalStateException("no number was given again");
    }

    private static String errno(Runnable operation) {
        try {
            operation.run();
            return "done";
        } catch (LinuxException e) {
            return e.errno().name();
        }
    }
}
