/**
 * All the memory that BPF programs can touch: one range of addresses ({@link dev.ring3.bpf.memory.BpfMemory}),
 * reserved once, handed out in pages.
 *
 * <p>An address of a BPF program is an offset into that range, so one comparison against a constant keeps every access
 * inside it, whatever else went wrong. Locks: {@code PageAllocator}'s monitor, a leaf.
 */
package dev.ring3.bpf.memory;
