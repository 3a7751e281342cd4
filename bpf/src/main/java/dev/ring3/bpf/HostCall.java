package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;

/** What a host function may do to the run that called it. Valid during that call, on its thread. */
public interface HostCall {
    /**
     * Memory that the program may read.
     *
     * @param address an address as the program has it
     * @return exactly {@code bytes} bytes, read-only
     * @throws BpfFault that ends the run if any byte of it is not the program's
     */
    MemorySegment readable(long address, long bytes);

    /**
     * Memory that the program may write.
     *
     * @param address an address as the program has it
     * @return exactly {@code bytes} bytes
     * @throws BpfFault that ends the run if any byte of it is not the program's to write
     */
    MemorySegment writable(long address, long bytes);

    /**
     * As {@link #readable}, for those who access memory by address.
     *
     * @return the address
     */
    long readableAddress(long address, long bytes);

    /**
     * As {@link #writable}, for those who access memory by address.
     *
     * @return the address
     */
    long writableAddress(long address, long bytes);

    /**
     * The map that a pointer to a map stands for.
     *
     * @throws BpfFault that ends the run if it stands for none
     */
    BpfMap map(long pointer);

    /**
     * Runs a function of the calling program on a frame of its own, within the budget of the run. It may call functions
     * of the host in turn.
     *
     * @param function the function's address as the program has it
     * @param a1 what the function finds in {@code r1}, and so on
     * @return the function's {@code r0}
     * @throws BpfFault that ends the run, also if it is caught: if there is no such function, eight functions are active
     *     already, or the run was stopped in it
     * @throws RuntimeException that ends the run, also if it is caught, if the function ended the program
     */
    long callFunction(long function, long a1, long a2, long a3, long a4, long a5);

    /**
     * Ends the whole program after this call; the function's own result becomes the program's. Calls that are active
     * are left at once.
     */
    void endProgram();

    /** The fault that a function throws to refuse its arguments. */
    BpfFault fault(String detail);
}
