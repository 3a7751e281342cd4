/**
 * BPF instructions as text: {@link dev.ring3.bpf.asm.Assembler} reads it, {@link dev.ring3.bpf.asm.Disassembler} writes
 * it, both in two dialects that each cover the whole instruction set. What one writes the other reads back to the same
 * code.
 *
 * <p>In both, a statement is a line; {@code name:} before it is a label, and the target of a jump or call is a label or
 * an offset in slots from the slot after it. Labels may be used before they are defined. A number that does not fit its
 * field is an error, never cut. The sources of wide loads other than a number have the names of RFC 9669 section 5.4:
 * {@code map_by_fd(N)}, {@code map_by_idx(N)}, {@code map_val(map_by_fd(N)) + OFFSET}, {@code map_val(map_by_idx(N)) +
 * OFFSET}, {@code var_addr(N)}, {@code code_addr(TARGET)}.
 *
 * <h2>{@link dev.ring3.bpf.asm.Dialect#LLVM}</h2>
 *
 * What {@code llvm-mc} and inline assembly of clang 19 accept and {@code llvm-objdump} prints, its slot numbers, function
 * headings and {@code <name+0x8>} included. Numbers are decimal, {@code 0x}, {@code 0b} or octal, and sums of them;
 * immediates may be written signed or unsigned. {@code //}, {@code #} and block comments are comments. A semicolon ends
 * a statement; what follows is a comment if it does not begin like an instruction, and so is a line that begins with
 * one. Number labels ({@code 1:}) are local: {@code 1b} is the nearest before, {@code 1f} the nearest behind. Added to
 * it:
 *
 * <pre>
 * call pc+3                               a local call by offset; LLVM knows only labels, the kernel prints this
 * call btf_id 7                           a call of a host function; the kernel's kernel-function#7 is read too
 * r1 = map_by_fd(5) ll                    a wide load of another source; LLVM's ld_pseudo r1, 1, 5 is read too
 * r1 = function ll                        the address of a function: LLVM leaves this to a relocation
 * r0 = *(u8 *)skb[r3 + 4]                 an offset in indirect packet access
 * w1 = load_acquire((u32 *)(r2 + 4))      as LLVM since version 20 and the kernel
 * store_release((u64 *)(r1 + 0), r2)
 * </pre>
 *
 * Variations of the kernel's verifier log are read: {@code (bf)} before an instruction, {@code goto pc+1}, {@code call
 * bpf_map_lookup_elem#1}, {@code atomic64_fetch_add}, {@code atomic64_xchg}, {@code atomic64_cmpxchg}. {@code
 * addr_space_cast} is not part of {@link dev.ring3.bpf.insn.Insn} and refused by name.
 *
 * <h2>{@link dev.ring3.bpf.asm.Dialect#CONFORMANCE}</h2>
 *
 * The mnemonics of the public conformance suite ({@code bpf_conformance}). {@code #} begins a comment. Decimal numbers
 * are signed, hexadecimal ones may use all bits of the field; those of {@code lddw} may in both. The label {@code exit}
 * names the first exit instruction if the source does not define it. Added to it, because the suite has no words for it:
 *
 * <pre>
 * ldabsb 14, ldabsh, ldabsw               packet access at an offset
 * ldindb %r3, 4, ldindh, ldindw           packet access at a register and an offset
 * load_acquire32 %r0, [%r1+4]             also 8, 16, 64
 * store_release32 [%r1+4], %r0            also 8, 16, 64
 * may_goto +3                             a label or an offset, as ja
 * lddw %r1, map_by_fd(5)                  and the other sources above
 * </pre>
 */
package dev.ring3.bpf.asm;
