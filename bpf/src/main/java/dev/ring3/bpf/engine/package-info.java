/**
 * Running programs: an {@link dev.ring3.bpf.engine.Engine} turns a {@link dev.ring3.bpf.engine.ProgramImage} into an
 * {@link dev.ring3.bpf.engine.Engine.Executable}, which works on an {@link dev.ring3.bpf.engine.Execution}.
 *
 * <p>An execution belongs to one thread while a run lasts; only {@code cancelled} is written by others.
 */
package dev.ring3.bpf.engine;
