package dev.ring3.linux;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * A process, held by a file descriptor instead of a number: whatever is asked or sent reaches this process or nobody,
 * also when its number has been given to another ({@code pidfd_open(2)}).
 *
 * <p>Owns its descriptor; a handle that is collected without being closed is closed then, and a warning logged. Two
 * handles are equal if they name the same process. Thread-safe; no method waits, but futures say when something
 * happens. A process that is gone is a {@link LinuxException} with {@link Errno#ESRCH}.
 */
public final class Pidfd implements AutoCloseable {
    private final PidfdCalls kernel;
    private final OwnedDescriptor descriptor;
    private final long pid;
    private volatile @Nullable PidfdId id; // computed on first use
    private final Set<PidfdReactor> reactors = new CopyOnWriteArraySet<>(); // that watch it, or did

    Pidfd(SystemCalls calls, int descriptor, long pid) {
        this.descriptor = new OwnedDescriptor(calls, descriptor, "process " + pid);
        this.kernel = new PidfdCalls(calls, this.descriptor);
        this.pid = pid;
    }

    /** Where a process is in its life. */
    public enum State {
        /** It runs, or one of its threads does. */
        RUNNING,
        /** It has ended, and its parent has not asked how. */
        ZOMBIE,
        /** It is gone; its number may be another's. */
        REAPED
    }

    /**
     * The process that has a number now.
     *
     * @throws LinuxException with {@link Errno#ESRCH} if there is none, {@link Errno#ENOENT} or {@link Errno#EINVAL} if
     *     it is a thread's, {@link Errno#EMFILE} if the process has too many files open
     * @throws UnsupportedHostException if no system calls of Linux can be made
     */
    public static Pidfd open(long pid) {
        return PidfdOpening.open(HostSystemCalls.get(), pid, 0);
    }

    /** The one thread that has a number now (Linux 6.9); what is sent to it, it gets itself. */
    public static Pidfd openThread(long threadId) {
        return PidfdOpening.open(HostSystemCalls.get(), threadId, PidfdOpening.THREAD);
    }

    /** This process. */
    public static Pidfd self() {
        return open(ProcessHandle.current().pid());
    }

    /**
     * The process of a JDK handle, which goes on as before: the JDK still takes the exit status of its children.
     *
     * @throws LinuxException with {@link Errno#ESRCH} if that process has ended
     */
    public static Pidfd of(ProcessHandle handle) {
        return PidfdOpening.of(HostSystemCalls.get(), handle);
    }

    /**
     * The process with an id, if it is not reaped.
     *
     * @throws LinuxException with {@link Errno#ESTALE} if it is gone, or the id was of an earlier start of the machine
     */
    public static Pidfd reopen(PidfdId id) {
        return PidfdOpening.reopen(HostSystemCalls.get(), id);
    }

    /**
     * The process at the other end of a connected Unix socket, also if it has ended since (Linux 6.5; reaped ones 6.16).
     *
     * @param socket the descriptor's number, which stays the caller's
     * @return empty if the socket has no such process, as one of {@code socketpair(2)}
     */
    public static Optional<Pidfd> peerOf(int socket) {
        return PidfdOpening.peerOf(HostSystemCalls.get(), socket);
    }

    /**
     * Takes ownership of a descriptor that came from elsewhere and that nobody else closes.
     *
     * @throws LinuxException with {@link Errno#EBADF} if it is no pidfd; it is then left open
     */
    public static Pidfd adopt(int descriptor) {
        return PidfdOpening.adopt(HostSystemCalls.get(), descriptor);
    }

    /** The number it had when it was opened; once it is reaped, maybe another's. */
    public long pid() {
        return pid;
    }

    /** Its name for ever. */
    public PidfdId id() {
        PidfdId known = id;
        if (known == null) {
            known = PidfdOpening.idOf(kernel, pid);
            id = known;
        }
        return known;
    }

    /** Where it is in its life, without waiting. */
    public State state() {
        return kernel.state();
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return state() == State.RUNNING;
    }

    /**
     * Sends a signal.
     *
     * @throws LinuxException with {@link Errno#ESRCH} if it is gone, {@link Errno#EPERM} if that is not allowed
     */
    public void signal(Signal signal) {
        kernel.signal(signal, SignalScope.AS_OPENED);
    }

    /**
     * Sends a signal to it, to one of its threads or to its group.
     *
     * @throws UnsupportedHostException before Linux 6.9, for scopes that are newer
     */
    public void signal(Signal signal, SignalScope scope) {
        kernel.signal(signal, scope);
    }

    /** Completes when it has ended, on the shared reactor's thread. */
    public CompletableFuture<Void> onExit() {
        return watch(State.ZOMBIE).thenApply(_ -> null);
    }

    /**
     * Completes when it is reaped, with how it ended, whosever child it is (Linux 6.15); on the shared reactor's thread.
     * On older kernels it fails with {@link UnsupportedHostException}.
     */
    public CompletableFuture<ExitStatus> onReaped() {
        return watch(State.REAPED).thenApply(_ -> exitStatus().orElseThrow(PidfdCalls::noExitStatus));
    }

    private CompletableFuture<State> watch(State until) {
        return PidfdReactor.shared().watch(this, until);
    }

    /** How it ended: of a reaped process (Linux 6.15), or of a child of this process that is not reaped yet. */
    public Optional<ExitStatus> exitStatus() {
        return kernel.exitStatus();
    }

    /**
     * Takes the exit status of a child that has ended, if there is one to take; the child is gone then. Not for children
     * of the JDK's {@link Process}, which would never learn how they ended.
     *
     * @return empty if it still runs
     * @throws LinuxException with {@link Errno#ECHILD} if it is not this process's child, or reaped
     */
    public Optional<ExitStatus> tryReap() {
        return kernel.reap(PidfdCalls.TAKE);
    }

    /** What the kernel says of it. */
    public ProcessInfo info() {
        return kernel.info(pid);
    }

    /** The JDK's handle for it; empty once it has ended. */
    public Optional<ProcessHandle> toHandle() {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        // If it is not reaped now, the number was its own when the JDK looked at it.
        return handle.filter(_ -> state() != State.REAPED);
    }

    /**
     * A copy of one of its open files, as if it had been passed.
     *
     * @throws LinuxException with {@link Errno#EPERM} without the right to trace it, {@link Errno#EBADF} if it has none
     *     of that number
     */
    public RawFile file(int itsDescriptor) {
        return kernel.file(itsDescriptor);
    }

    /**
     * One of its namespaces.
     *
     * @throws LinuxException with {@link Errno#EACCES} or {@link Errno#EPERM} without the right to trace it
     */
    public Namespace namespace(NamespaceKind kind) {
        return kernel.namespace(kind, pid);
    }

    /**
     * Puts the calling thread, and no other, into namespaces of it ({@code setns(2)}); there is no way back but to end
     * the thread. The kernel refuses mount and user namespaces to threads of a process that has several.
     */
    public void enter(Set<NamespaceKind> kinds) {
        if (kinds.isEmpty()) {
            return;
        }
        kernel.enter(EnumSet.copyOf(kinds));
    }

    /**
     * Advises the kernel about its memory ({@code process_madvise(2)}).
     *
     * @return how many bytes were advised about; fewer than asked if a range was not all mapped
     */
    public long advise(MemoryAdvice advice, List<MemoryRange> ranges) {
        return kernel.advise(advice, ranges);
    }

    /**
     * Frees the memory of a process that was killed and has not got to it yet ({@code process_mrelease(2)}, Linux 5.15).
     *
     * @throws LinuxException with {@link Errno#EINVAL} if it was not killed
     */
    public void releaseMemory() {
        kernel.releaseMemory();
    }

    /** Attributes that all handles of the process share and that live as long as one is open (Linux 6.17). */
    public PidfdAttributes attributes() {
        return new PidfdAttributes(kernel);
    }

    /** The handle as other calls take it: the descriptor's number, which stays this object's. */
    public int descriptor() {
        return descriptor.use(fd -> fd);
    }

    OwnedDescriptor owned() {
        return descriptor;
    }

    PidfdCalls kernel() {
        return kernel;
    }

    /** Whether the kernel tells when it is reaped, by a hang-up. */
    boolean tellsReaping() {
        return kernel.isOnPidfs();
    }

    void watchedBy(PidfdReactor watching) {
        reactors.add(watching);
    }

    /** Lets go of the process, which goes on. Futures that wait for it are cancelled. Idempotent. */
    @Override
    public void close() {
        descriptor.close();
        reactors.forEach(watching -> watching.forget(descriptor));
    }

    /** Whether both name the same process. Needs the handles open, unless {@link #id} was asked before. */
    @Override
    public boolean equals(Object other) {
        return other == this || (other instanceof Pidfd pidfd && pidfd.id().equals(id()));
    }

    @Override
    public int hashCode() {
        return id().hashCode();
    }

    @Override
    public String toString() {
        return descriptor.object();
    }
}
