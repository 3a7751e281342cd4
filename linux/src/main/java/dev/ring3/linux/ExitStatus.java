package dev.ring3.linux;

/** How a process ended. */
public sealed interface ExitStatus {
    /**
     * By itself.
     *
     * @param code from 0 to 255
     */
    record Exited(int code) implements ExitStatus {
        @Override
        public String toString() {
            return "exited " + code;
        }
    }

    /**
     * By a signal.
     *
     * @param signal which
     * @param coreDumped whether its memory was written down
     */
    record Killed(Signal signal, boolean coreDumped) implements ExitStatus {
        @Override
        public String toString() {
            return "killed by " + signal + (coreDumped ? ", core dumped" : "");
        }
    }

    /** That of a status of {@code wait(2)}. */
    static ExitStatus ofWait(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited(status >> 8 & 0xff) : new Killed(new Signal(signal), (status & 0x80) != 0);
    }

    /** As {@code wait(2)} gives it. */
    default int waitStatus() {
        return switch (this) {
            case Exited(int code) -> code << 8;
            case Killed(Signal signal, boolean core) -> signal.number() | (core ? 0x80 : 0);
        };
    }

    /** Whether it ended by itself with code 0. */
    default boolean isSuccess() {
        return this instanceof Exited(int code) && code == 0;
    }

    /** As a shell puts it into one number: the code, or 128 and the signal. */
    default int shellCode() {
        return switch (this) {
            case Exited(int code) -> code;
            case Killed(Signal signal, boolean _) -> 128 + signal.number();
        };
    }
}
