package dev.ring3.linux;

/**
 * A system call that failed: what was asked, of which object, and the kernel's error number.
 *
 * <p>Unchecked, because nearly every method of this module makes a system call; where a {@code java.nio} or protocol
 * interface is offered on top, one table there turns {@link #errno} into that interface's own errors.
 */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final String object;
    private final int number;

    /**
     * Reports a failure.
     *
     * @param operation the call, with its command if it has one: {@code bpf(PROG_LOAD)}
     * @param object what it was applied to: {@code program "count" of 12 instructions}
     * @param number the positive error number
     */
    public LinuxException(String operation, String object, int number) {
        this.operation = operation;
        this.object = object;
        this.number = number;
    }

    /** Operation, object, the name of the error and what it means. */
    @Override
    public String getMessage() {
        String name = errno() == Errno.UNKNOWN ? "error " + number : errno().name();
        return "%s: %s: %s (%s)".formatted(operation, object, name, errno().message());
    }

    /** The call that failed, with its command if it has one. */
    public String operation() {
        return operation;
    }

    /** What the call was applied to. */
    public String object() {
        return object;
    }

    /** The error as a constant, {@link Errno#UNKNOWN} if {@link #number} is not in the table. */
    public Errno errno() {
        return Errno.of(number);
    }

    /** The positive error number as the kernel gave it. */
    public int number() {
        return number;
    }

    /**
     * The result of a system call, if it is none of the errors.
     *
     * @param result what {@link SystemCalls#call} returned
     * @throws LinuxException if it is an error
     */
    static long require(long result, String operation, String object) {
        if (result < 0) {
            throw new LinuxException(operation, object, (int) -result);
        }
        return result;
    }
}
