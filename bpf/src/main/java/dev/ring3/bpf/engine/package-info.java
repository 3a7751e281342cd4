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
 */
package dev.ring3.bpf.engine;
