/**
 * The BPF instruction set: instructions as values ({@link dev.ring3.bpf.insn.Insn}), their encoding
 * ({@link dev.ring3.bpf.insn.InsnLayout}), and a program as a sequence addressed by slots
 * ({@link dev.ring3.bpf.insn.BpfCode}).
 *
 * <p>Source: RFC 9669. Everything here is immutable and knows nothing of memory or execution.
 */
package dev.ring3.bpf.insn;
