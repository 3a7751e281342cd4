/**
 * {@code ring3 bench bpf}: how fast BPF programs run in Ring3 and elsewhere.
 *
 * <pre>
 * BpfBench        the entry: which parts, how long, which engines
 *   Toolchain     compiles the programs' C for BPF, the kernel, native code, WebAssembly
 *   ProgramsPart  each program in each engine, with the native code beside it in the same process
 *   MapsPart      lookup, update and deletion in maps of each type, by one and more threads
 *   CallsPart     what a call costs, how soon a program runs, what it takes of memory
 *     WorkerMain  a child JVM that measures one of these, by a {@code Subject} for each engine
 * SuiteBench      the entry for the files of a public suite, and its compiled objects
 *   SuiteFile     the tests that a file has
 *   SuiteWorker   a child JVM that runs those of one object, by a {@code SuiteSite} for each engine
 * BenchReport     what came out, as text, as JSON ({@link dev.ring3.bench.bpf.BenchReport#json}), as a picture
 *   Goals         what is promised, and whether it held
 * </pre>
 *
 * <p>A ratio is always one of two times taken in one process within one round. Each engine measures each program in a JVM of
 * its own, several times over (forks); published are the median of the forks' medians and the least and the greatest of them.
 */
package dev.ring3.bench.bpf;
