/**
 * A strict reader of ELF64 relocatable files for BPF, in either byte order: sections, symbols, relocations. It knows
 * the file format and nothing of what BPF puts in it.
 *
 * <p>Source: the System V ABI, chapters 4 and 5 of its generic part; {@code Documentation/bpf/llvm_reloc.rst} of Linux.
 * Every offset and length is compared with the file's size before memory is taken for it; what is wrong is an
 * {@link dev.ring3.bpf.elf.ElfException} with the place in the file. This package is not exported:
 * {@code dev.ring3.bpf.object} is what users see.
 */
package dev.ring3.bpf.elf;
