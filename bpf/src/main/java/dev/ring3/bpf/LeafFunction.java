package dev.ring3.bpf;

/**
 * A function of the host that returns to the program that called it, and to nothing else before: it neither
 * {@linkplain HostCall#callFunction calls back} nor {@linkplain HostCall#endProgram ends the program}. Compiled programs
 * keep their registers where they are while it runs, which makes a short one several times cheaper to call.
 */
@FunctionalInterface
public interface LeafFunction extends HostFunction {}
