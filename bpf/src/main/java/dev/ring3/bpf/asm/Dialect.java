package dev.ring3.bpf.asm;

/** The two ways to write BPF instructions as text; the package comment gives the grammar of each. */
public enum Dialect {
    /** What LLVM assembles and prints, and the kernel's verifier prints with small changes: {@code r0 += r1}. */
    LLVM,
    /** The mnemonics of the public conformance suite: {@code add %r0, %r1}. */
    CONFORMANCE
}
