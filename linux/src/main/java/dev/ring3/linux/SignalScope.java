package dev.ring3.linux;

/** Who gets a signal that is sent to a {@link Pidfd}. */
public enum SignalScope {
    /** What the handle names: the process, or the thread if it was opened as one. */
    AS_OPENED(0),
    /** The one thread (Linux 6.9). */
    THREAD(1),
    /** The process (Linux 6.9; before, {@link #AS_OPENED} is the same). */
    PROCESS(2),
    /** All processes of the group that the process leads, or led (Linux 6.9). */
    PROCESS_GROUP(4);

    private final int flag;

    SignalScope(int flag) {
        this.flag = flag;
    }

    /** The {@code PIDFD_SIGNAL_*} of {@code include/uapi/linux/pidfd.h}. */
    int flag() {
        return flag;
    }
}
