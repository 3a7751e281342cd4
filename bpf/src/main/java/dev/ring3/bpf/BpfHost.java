package dev.ring3.bpf;

import java.util.Optional;

/**
 * What a runtime's programs are told about the host, and what they tell it; the embedder implements what it has. All
 * methods are called in a run, on its thread, and by several threads at once; so who runs programs for somebody else says
 * for whom in a {@link ScopedValue} or a thread-local.
 */
public interface BpfHost {
    /** A host that tells nothing: helpers that ask it return {@code -EINVAL} or null, and what is traced is lost. */
    BpfHost NONE = new BpfHost() {};

    /** On whose behalf the program runs. */
    default Optional<HostTask> currentTask() {
        return Optional.empty();
    }

    /** The inode that the program runs for, of {@link HostObject.Kind#INODE}. */
    default Optional<HostObject> currentInode() {
        return Optional.empty();
    }

    /** Takes a line that a program wrote with {@code bpf_trace_printk} or {@code bpf_trace_vprintk}. */
    default void trace(String text) {}

    /**
     * A timer's callback ended badly, on the runtime's own thread: with a {@link BpfFault}, or before it could run, as
     * its program was closed or there was no memory. The timer is not started again for that.
     */
    default void timerFailed(RuntimeException failure) {}
}
