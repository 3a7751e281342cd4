/**
 * The differential test: random programs that the kernel's verifier accepts, run by the kernel and by a candidate,
 * which have to leave the same {@code r0} and the same memory.
 *
 * <p>{@link dev.ring3.it.kernel.ProgramGenerator} makes a body that finds memory in {@code r1} and its length in
 * {@code r2}, the convention of {@code ProgramTypes.MEMORY}. A candidate runs the body as it is.
 * {@link dev.ring3.it.kernel.KernelEngine} puts a prologue before it that gets {@code r1} from a packet or a map, as
 * {@link dev.ring3.it.kernel.Flavor} says. The body ends by writing its registers and its stack into the memory, since
 * a test run returns 32 bits of {@code r0} and nothing else.
 */
@NullMarked
package dev.ring3.it.kernel;

import org.jspecify.annotations.NullMarked;
