/**
 * Proves that a program ends and touches nothing but what is its own, or says why not.
 *
 * <p><b>How.</b> {@link dev.ring3.bpf.verifier.Verifier} first looks at the code as a graph ({@code ControlFlow}): every
 * instruction is reached, every path ends, functions keep to themselves. Then {@code Explorer} walks all paths, one
 * after the other, with a {@code State}: for every register and every byte of the stack what can be said of it. A
 * {@code Value} is a {@code Scalar} with a {@code Range} (known bits, and signed and unsigned bounds of 64 and 32 bits)
 * or a {@code Pointer} with what it points to, a fixed and a variable offset. Each instruction has a rule that refuses
 * the state or changes it; a branch narrows the ranges on both ways.
 *
 * <p><b>Why it ends soon.</b> At jump targets the state is kept as a {@code Checkpoint}. A path that arrives with a state
 * that an earlier one covers, all of whose continuations were found safe, ends there. Three things make states alike.
 * Registers that no continuation reads are not compared ({@code Liveness}, from the code alone). Nor are bytes of the
 * stack that no continuation has read, and of numbers that no decision depended on any value will do: both are
 * recorded in {@code Dependency} nodes, which link each value to those in the last checkpoint that it came from; reading
 * a byte or deciding by a number marks all that it came from. Where the runtime itself bounds a loop ({@code may_goto},
 * iterators, callbacks), numbers that no decision depends on are widened until the state repeats.
 *
 * <p><b>Who may be wrong.</b> A mistake here cannot reach the JVM's heap, because engines keep every access inside
 * {@code BpfMemory}; it could let a program read another one's memory. So rules are simple before they are clever.
 *
 * <p>Sources: RFC 9669; the kernel's {@code kernel/bpf/verifier.c} and {@code Documentation/bpf/verifier.rst} for the
 * rules that programs in the field rely on; Vishwanathan et al., "Sound, Precise, and Fast Abstract Interpretation with
 * Tristate Numbers" (CGO 2022), for known bits.
 */
package dev.ring3.bpf.verifier;
