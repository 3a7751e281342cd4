package dev.ring3.bpf;

/** A function of the host that programs call: a helper by its number, or a host function by its name. */
@FunctionalInterface
public interface HostFunction {
    /**
     * Runs on the program's thread, while its run waits. It may be called by several runs at once.
     *
     * @param call access to the memory and the maps of the calling run; not valid after the call
     * @return the new {@code r0}
     */
    long call(HostCall call, long r1, long r2, long r3, long r4, long r5);
}
