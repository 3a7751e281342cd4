package dev.ring3.linux;

/**
 * What a program is for, {@code enum bpf_prog_type} of the kernel: it decides the context, the helpers and the meaning
 * of the result. Types without a constant here are made by their number.
 */
public record KernelProgramType(int number) {
    /** Reads a socket buffer; the deprecated packet loads work here. */
    public static final KernelProgramType SOCKET_FILTER = new KernelProgramType(1);

    /** Traffic control: reads and writes a socket buffer. */
    public static final KernelProgramType SCHED_CLS = new KernelProgramType(3);

    /** Reads and writes a packet before the network stack sees it. */
    public static final KernelProgramType XDP = new KernelProgramType(6);

    /** Reads the raw arguments of a tracepoint. */
    public static final KernelProgramType RAW_TRACEPOINT = new KernelProgramType(17);

    /** Runs on request only; its context is memory of the caller. */
    public static final KernelProgramType SYSCALL = new KernelProgramType(31);

    /** Whether a test run of this type has no data and gives no context back through a buffer of its own. */
    boolean takesContextOnly() {
        return equals(RAW_TRACEPOINT) || equals(SYSCALL);
    }

    @Override
    public String toString() {
        if (equals(SOCKET_FILTER)) {
            return "socket filter";
        } else if (equals(SCHED_CLS)) {
            return "sched_cls";
        } else if (equals(XDP)) {
            return "XDP";
        } else if (equals(RAW_TRACEPOINT)) {
            return "raw tracepoint";
        } else if (equals(SYSCALL)) {
            return "syscall";
        }
        return "type " + number;
    }
}
