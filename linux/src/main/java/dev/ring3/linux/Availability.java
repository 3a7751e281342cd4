package dev.ring3.linux;

/** Whether this machine and this process can use something; found by trying it, never from a version number. */
public sealed interface Availability {

    /** It works. */
    record Available() implements Availability {}

    /** It does not: for the program the reason, for people the detail, which says what to do where that is known. */
    record Unavailable(Reason reason, String detail) implements Availability {}

    /** Why something cannot be used. */
    enum Reason {
        /** The operating system is another one. */
        NOT_LINUX,
        /** The system call numbers of this processor are not in the tables. */
        UNKNOWN_ARCHITECTURE,
        /** The JVM was told to refuse native calls of this module. */
        NATIVE_ACCESS_DENIED,
        /** The kernel does not have the call ({@link Errno#ENOSYS}), or a filter pretends so. */
        NO_SUCH_CALL,
        /** The kernel has it and refuses it to this process. */
        NOT_PERMITTED,
        /** An attempt failed in another way, which the detail names. */
        FAILED
    }

    /** Whether it works. */
    default boolean isAvailable() {
        return this instanceof Available;
    }
}
