package dev.ring3.bpf.insn;

/** The second operand of arithmetic, comparisons and stores: a register, or an immediate of 32 bits. */
public sealed interface Operand permits Register, Immediate {}
