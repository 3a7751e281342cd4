/**
 * BTF, the type information of BPF objects and of the Linux kernel: {@link dev.ring3.bpf.btf.Btf} reads it,
 * {@link dev.ring3.bpf.btf.BtfBuilder} writes it, {@link dev.ring3.bpf.btf.BtfExt} ties it to instructions, and
 * {@link dev.ring3.bpf.btf.CoreResolver} finds what a field, type or enumerator of an object's types is in the types of
 * the host that runs it ("compile once, run everywhere").
 *
 * <p>Source: {@code Documentation/bpf/btf.rst} and {@code llvm_reloc.rst} of Linux; for what those leave open, the
 * behaviour of libbpf. Every offset and length is compared with the data's size before memory is taken for it; what is
 * wrong is a {@link dev.ring3.bpf.btf.BtfException} with the place in the data. Everything but the builder is
 * immutable to its users and safe to share between threads.
 */
package dev.ring3.bpf.btf;
