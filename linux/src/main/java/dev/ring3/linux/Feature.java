package dev.ring3.linux;

/** What newer kernels have, each with the version in which Linux got it. A vendor's kernel may have it earlier. */
public enum Feature {
    /** {@link Pidfd#open}. */
    PIDFD("5.3"),
    /** A child's exit status through its handle: {@link Pidfd#tryReap}, {@link Spawn}. */
    PIDFD_WAIT("5.4"),
    /** {@link Pidfd#file}. */
    PIDFD_FILES("5.6"),
    /** {@link Pidfd#advise}. */
    MEMORY_ADVICE("5.10"),
    /** {@link Pidfd#releaseMemory}. */
    MEMORY_RELEASE("5.15"),
    /** {@link Pidfd#peerOf}. */
    PEER_PIDFD("6.5"),
    /** {@link Mounts} by numbers that are never used again. */
    UNIQUE_MOUNT_IDS("6.8"),
    /** Every process has an inode of its own: {@link PidfdId.Inode}. */
    PIDFS("6.9"),
    /** {@link Pidfd#openThread}. */
    THREADS("6.9"),
    /** {@link SignalScope}s other than {@link SignalScope#AS_OPENED}. */
    SIGNAL_SCOPES("6.9"),
    /** {@link Pidfd#namespace} without {@code /proc}. */
    NAMESPACES("6.11"),
    /** {@link Pidfd#info} in one consistent answer. */
    PROCESS_INFO("6.13"),
    /** {@link Pidfd#reopen} without a search. */
    HANDLES("6.14"),
    /** {@link Pidfd#onReaped} of processes that are no children. */
    EXIT_STATUS("6.15"),
    /** {@link Pidfd#attributes}. */
    ATTRIBUTES("6.17"),
    /** {@link FileAttrs} of every file, also of those that cannot be opened. */
    FILE_ATTRIBUTES("6.17");

    private final String since;

    Feature(String since) {
        this.since = since;
    }

    /** The first version of Linux that has it. */
    public String since() {
        return since;
    }
}
