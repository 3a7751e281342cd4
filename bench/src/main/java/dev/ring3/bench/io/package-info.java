/**
 * {@code ring3 bench io}: reads and writes of a file, in the words of fio.
 *
 * <pre>
 * IoBench, Summit     the entries: one job by several engines; the matrix
 *   EngineChild       an engine in a process of its own, which is asked again and again
 *     IoWorkerMain    that process
 *       JobRunner     runs a job: {@code JobThread} for each thread, {@code DeepQueue} where io_uring keeps several under way
 *       Target, Lane  the file, and a thread's way to it, for each {@code IoEngine}
 *       Offsets       where to read and write
 * IoReport            what came out, as fio prints it and as fio's JSON
 * </pre>
 *
 * <p>What is timed is only what the engine does: offsets are made before, in chunks, and operations that cost little share a
 * reading of the clock.
 */
package dev.ring3.bench.io;
