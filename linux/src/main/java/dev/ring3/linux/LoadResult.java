package dev.ring3.linux;

/** The kernel's verdict on a program, or on types: a value, because to be refused is an expected answer. */
public sealed interface LoadResult<T extends AutoCloseable> {

    /**
     * Accepted.
     *
     * @param value what was loaded; the receiver closes it
     * @param log the verifier's log, empty unless one was asked for
     */
    record Loaded<T extends AutoCloseable>(T value, String log) implements LoadResult<T> {}

    /**
     * Refused.
     *
     * @param errno the error, for a verifier mostly {@link Errno#EACCES} or {@link Errno#EINVAL}, {@link Errno#E2BIG}
     *     for a program that is too complex
     * @param log the kernel's reasons, never empty; of a log past {@link KernelBpf#LOG_BYTES_MAX} what it kept: the end
     *     since Linux 6.4, the beginning before
     */
    record Rejected<T extends AutoCloseable>(Errno errno, String log) implements LoadResult<T> {}
}
