/**
 * Running programs: an {@link dev.ring3.bpf.engine.Engine} turns a {@link dev.ring3.bpf.engine.ProgramImage} into an
 * {@link dev.ring3.bpf.engine.Engine.Executable}, which works on an {@link dev.ring3.bpf.engine.Execution}.
 *
 * <p>An execution belongs to one thread while a run lasts; only {@code cancelled} is written by others. Its parts:
 *
 * <pre>
 * Execution    registers, budget, and who may access what
 *   Frames     the stack, what callees keep, the turns of may_goto
 *   RunMemory  a block of memory, or a context and its packet ({@link dev.ring3.bpf.engine.ContextLayout})
 *   HostCalls  calls of the host's functions, and from there back into the program
 * </pre>
 *
 * <p>The {@link dev.ring3.bpf.engine.Interpreter} is the reference. The {@link dev.ring3.bpf.engine.JitCompiler} makes a
 * hidden class of each program. Between its methods, registers travel in the run's register file, as the interpreter has
 * them, so that either engine can go on where the other stopped:
 *
 * <pre>
 * JitProgram   what all methods of a program have in common
 *   JitFunction  a function in basic blocks
 *   JitRanges    what its registers may hold ({@code JitState}, {@code JitRange}, {@code JitConditions})
 *   JitKinds     which of them are ints
 *   JitParts     a function that is too long for one method
 *   JitMethod    emits it: JitInsns, then JitArithmetic, JitJumps, JitAccess, JitCalls
 * JitSupport   what emitted code calls
 * </pre>
 *
 * <p>Memory that threads share is accessed as the BPF memory model has it, which is Linux's. Which mode of
 * {@link java.lang.invoke.VarHandle} stands for which instruction, on every machine:
 *
 * <pre>
 * instruction                       mode
 * load, store                       opaque if aligned: single-copy atomic, coherent, and never done once for a whole loop.
 *                                   Plain if not aligned, which the model says nothing of; plain too in memory that is
 *                                   known to be one run's own: its stack, its context or block, its packet
 * load-acquire, store-release       acquire, release
 * atomic read-modify-write          volatile: fully ordered, as those that return the old value must be; the others are
 *                                   stronger than they need to be
 * </pre>
 *
 * The Java memory model allows no outcome for these that Linux's forbids, but one: it knows no order by address or data
 * dependency between opaque accesses. HotSpot keeps it, since it makes no value up.
 */
package dev.ring3.bpf.engine;
