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
 * hidden class of each program; the {@link dev.ring3.bpf.engine.TieredEngine} does that while the program is interpreted.
 * Between its methods, registers travel in the run's register file, as the interpreter has
 * them, so that either engine can go on where the other stopped:
 *
 * <pre>
 * JitProgram   what all methods of a program have in common
 *   JitFunction  a function in basic blocks
 *   JitFacts     what is known of it before any of it is emitted:
 *   JitLoops     its loops, and where fuel is tested
 *   JitPieces    what of its frame nobody else looks at
 *   JitRanges    what its registers and these pieces may hold, and where they point ({@code JitState}, {@code JitRange}, {@code JitPointer},
 *                {@code JitConditions})
 *   JitKinds     which of them are ints
 *   JitParts     a function that is too long for one method
 *   JitMethod    emits it: JitFuel, JitSums, JitSpills, JitEdges, JitInsns, then JitArithmetic, JitJumps, JitAccess, JitCalls
 * JitSupport   what emitted code calls
 * </pre>
 *
 * <p>A function of the host that returns to nothing but the program ({@code dev.ring3.bpf.LeafFunction}) gets its
 * arguments from where they are; if it faults, registers are put into the file behind it, so that the fault tells them.
 * A helper on a map that is always the same one is called for that map ({@code dev.ring3.bpf.MapFunction}): HotSpot makes
 * of a lookup in an array a comparison and an addition. What only searches by a key ({@code dev.ring3.bpf.MapLookup}) is not even
 * that: it is emitted as a method of a constant record, few methods deep, since HotSpot makes a part of a program only what is at
 * most fifteen below what it compiles.
 *
 * <p>HotSpot refuses some methods without a word. Sizes are bounded, so that none is too long for it ({@code
 * JitCompiler.METHOD_BYTES_MAX}); what it refuses or is late with all the same {@code dev.ring3.bpf.CompilerWatch} notices.
 *
 * <p>A run of a program that is settled ({@code Executable.settled}) has nothing to prepare: its code was chosen for its
 * budget, and whoever closes the invocation, counts its runs or sets another budget has the next run look again.
 *
 * <p>A run counts as one reader of {@code dev.ring3.bpf.GracePeriod}: what it can reach is not used again before it ends.
 * That is what an address in a register rests on, also after the value was deleted or its map closed.
 *
 * <p>Memory that threads share is accessed as the BPF memory model has it, which is Linux's. Which mode of
 * {@link java.lang.invoke.VarHandle} stands for which instruction, on every machine, and what HotSpot makes of it:
 *
 * <pre>
 * instruction                    mode      x86-64          AArch64
 * load, aligned                  opaque    mov
 *                                acquire                   ldar
 * store, aligned                 opaque    mov             str
 * load, store, not aligned       plain     mov             ldr, str
 * load, store, memory of the run plain     mov             ldr, str
 * load-acquire                   acquire   mov             ldar
 * store-release                  release   mov             stlr
 * atomic read-modify-write       volatile  lock xadd, ...  ldaddal, casal, ... or a loop of ldaxr and stlxr
 * </pre>
 *
 * <ul>
 *   <li>Opaque is what {@code READ_ONCE} and {@code WRITE_ONCE} are: single-copy atomic, coherent, and never done once for
 *       a whole loop. The kernel's compiler emits programs' loads and stores as single instructions, so no less will do.
 *   <li>Of accesses that are not aligned the model says nothing. Memory of one run alone - its stack, its context or block,
 *       its packet - no other thread looks at, so that compilers may do with it what they like.
 *   <li>Acquire and release order as the instructions do. Java's are ordered among each other no more than Linux's, which
 *       are RCpc; {@code ldar} is stronger, which a model allows.
 *   <li>Read-modify-writes that return the old value are fully ordered in Linux's model, and volatile ones are that: on
 *       x86-64 by the lock, on AArch64 by acquire, release and the barrier that HotSpot puts behind. Those that return
 *       nothing need no order, and have the same: that is stronger than they need to be.
 * </ul>
 *
 * The Java memory model allows no outcome for these that Linux's forbids, but those of dependencies: Linux orders a load
 * before what its value reaches as an address, as data, or past a jump, also where the value does not matter ({@code r ^=
 * r}, two ways that do the same or meet again). Java knows no such order between opaque accesses, and HotSpot folds what
 * does not matter, and makes conditional moves of jumps. On x86-64 that is no loss: HotSpot moves no opaque access past
 * another, and the processor lets nothing overtake a load. On every other machine a shared load is an acquire, which
 * orders it before all that follows; it costs an {@code ldar}. What is emitted is the same bytecode on every machine, as
 * the golden listings have it, since the choice is in {@link dev.ring3.bpf.engine.OrderedAccess}; on AArch64 it has not
 * been run.
 */
package dev.ring3.bpf.engine;
