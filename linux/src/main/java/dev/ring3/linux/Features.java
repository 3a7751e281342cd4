package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What this kernel lets this process do, found by doing it. Nothing here has to be asked before a call: what is missing
 * is replaced where there is a replacement, and refused by name where there is none. It is for those who want to know.
 */
public final class Features {
    private static final int AT_FDCWD = -100;

    /** A thread's end is noticed within this time, or taken as unnoticed. */
    private static final long PATIENCE_MILLIS = 2_000;

    private final Set<Feature> present;

    private Features(Set<Feature> present) {
        this.present = Collections.unmodifiableSet(present);
    }

    /**
     * Finds out.
     *
     * @throws UnsupportedHostException if no system calls of Linux can be made
     */
    public static Features probe() {
        return probe(HostSystemCalls.get());
    }

    static Features probe(SystemCalls calls) {
        Set<Feature> present = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if (has(calls, feature)) {
                present.add(feature);
            }
        }
        return new Features(present);
    }

    /**
     * Finds out about one that somebody cannot do without.
     *
     * @throws UnsupportedHostException if it is not there; the message names the first version of Linux that has it
     */
    public static void require(Feature feature) {
        require(HostSystemCalls.get(), feature);
    }

    static void require(SystemCalls calls, Feature feature) {
        if (!has(calls, feature)) {
            throw new UnsupportedHostException(new Availability.Unavailable(
                    Availability.Reason.NO_SUCH_CALL, "%s wants Linux %s".formatted(feature, feature.since())));
        }
    }

    private static boolean has(SystemCalls calls, Feature feature) {
        try {
            return new Prober(calls).has(feature);
        } catch (LinuxException | UnsupportedHostException refused) {
            return false;
        }
    }

    /** Whether one is there. */
    public boolean has(Feature feature) {
        return present.contains(feature);
    }

    /** Those that are there. */
    public Set<Feature> present() {
        return present;
    }

    /** Those that are not. */
    public Set<Feature> missing() {
        return Arrays.stream(Feature.values())
                .filter(feature -> !has(feature))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Feature.class)));
    }

    @Override
    public String toString() {
        return "present: %s; missing: %s".formatted(present, missing());
    }

    private record Prober(SystemCalls calls) {
        private boolean has(Feature feature) {
            return switch (feature) {
                case PEER_PIDFD -> hasPeerPidfd();
                case UNIQUE_MOUNT_IDS -> hasUniqueMountIds();
                case THREADS -> withOwnThread(_ -> true);
                case EXIT_STATUS -> keepsExitStatus();
                case FILE_ATTRIBUTES -> hasFileAttributes();
                case PIDFD,
                        PIDFD_WAIT,
                        PIDFD_FILES,
                        MEMORY_ADVICE,
                        MEMORY_RELEASE,
                        PIDFS,
                        SIGNAL_SCOPES,
                        NAMESPACES,
                        PROCESS_INFO,
                        HANDLES,
                        ATTRIBUTES -> ofSelf(feature);
            };
        }

        private boolean ofSelf(Feature feature) {
            try (Pidfd self = PidfdOpening.open(calls, ProcessHandle.current().pid(), 0)) {
                return switch (feature) {
                    case PIDFD_WAIT -> ask(self, SystemCall.WAITID, 3, 0, 5, 0) == -Errno.ECHILD.number();
                    case PIDFD_FILES -> hasFiles(self);
                    case MEMORY_ADVICE -> self.advise(MemoryAdvice.COLD, List.of()) == 0;
                    case MEMORY_RELEASE -> first(self, SystemCall.PROCESS_MRELEASE, 0) == -Errno.EINVAL.number();
                    case PIDFS -> self.tellsReaping();
                    case SIGNAL_SCOPES -> {
                        self.signal(Signal.NONE, SignalScope.PROCESS);
                        yield true;
                    }
                    case NAMESPACES -> hasNamespaces(self);
                    case PROCESS_INFO -> hasInfo(self, 0);
                    case HANDLES ->
                        self.tellsReaping()
                                && FileHandle.of(calls, self.owned()).bytes().length == Long.BYTES;
                    case ATTRIBUTES ->
                        self.attributes().get("trusted.ring3.probe").isEmpty();
                    case PIDFD, PEER_PIDFD, UNIQUE_MOUNT_IDS, THREADS, EXIT_STATUS, FILE_ATTRIBUTES -> true;
                };
            }
        }

        /** A call whose first argument is the descriptor. */
        private long first(Pidfd pidfd, SystemCall call, long argument) {
            try (CallMemory memory = CallMemory.open()) {
                return pidfd.owned().use(fd -> calls.call(memory, call, fd, argument));
            }
        }

        /** {@code waitid}, whose second argument is the descriptor. */
        private long ask(Pidfd pidfd, SystemCall call, long kind, long info, long options, long usage) {
            try (CallMemory memory = CallMemory.open()) {
                return pidfd.owned().use(fd -> calls.call(memory, call, kind, fd, info, options, usage));
            }
        }

        private static boolean hasFiles(Pidfd self) {
            try (RawFile copy = self.file(self.descriptor())) {
                return copy.descriptor() >= 0;
            }
        }

        private boolean hasNamespaces(Pidfd self) {
            try (CallMemory memory = CallMemory.open()) {
                long fd = self.owned()
                        .use(number -> calls.call(memory, SystemCall.IOCTL, number, NamespaceKind.USER.request(), 0));
                if (fd >= 0) {
                    new OwnedDescriptor(calls, (int) fd, "a namespace").close();
                }
                return fd != -Errno.ENOTTY.number() && fd != -Errno.EINVAL.number();
            }
        }

        private boolean hasInfo(Pidfd pidfd, int bit) {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment info = memory.allocate(PidfdInfoLayout.BYTES, Long.BYTES);
                info.set(ValueLayout.JAVA_LONG, PidfdInfoLayout.MASK_AT, bit);
                long result = pidfd.owned()
                        .use(fd -> calls.call(memory, SystemCall.IOCTL, fd, PidfdInfoLayout.GET_INFO, info.address()));
                return result >= 0 && (info.get(ValueLayout.JAVA_LONG, PidfdInfoLayout.MASK_AT) & bit) == bit;
            }
        }

        private boolean hasPeerPidfd() {
            try (UnixSocket.Pair pair = UnixSocket.pair(calls, "two sockets")) {
                pair.one()
                        .file()
                        .owned()
                        .use(fd -> PidfdOpening.peerOf(calls, fd))
                        .ifPresent(Pidfd::close);
                return true;
            }
        }

        private boolean hasUniqueMountIds() {
            return new Mounts(calls)
                    .all().stream().anyMatch(mount -> mount.uniqueId().isPresent());
        }

        private boolean hasFileAttributes() {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment name = memory.cString("/");
                long result = calls.call(memory, SystemCall.FILE_GETATTR, AT_FDCWD, name.address(), 0, 0, 0);
                return result != -Errno.ENOSYS.number();
            }
        }

        /** A thread is a process whose end this process can bring about without starting a program. */
        private boolean keepsExitStatus() {
            return withOwnThread(thread -> {
                long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
                while (thread.state() != Pidfd.State.REAPED && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                return hasInfo(thread, PidfdInfoLayout.EXIT);
            });
        }

        private interface Question {
            boolean ask(Pidfd endingThread);
        }

        private boolean withOwnThread(Question question) {
            CompletableFuture<Long> number = new CompletableFuture<>();
            CountDownLatch end = new CountDownLatch(1);
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try (CallMemory memory = CallMemory.open()) {
                    number.complete(calls.call(memory, SystemCall.GETTID));
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try (Pidfd pidfd = PidfdOpening.open(calls, number.join(), PidfdOpening.THREAD)) {
                end.countDown();
                return question.ask(pidfd);
            } finally {
                end.countDown();
                thread.interrupt();
            }
        }
    }
}
