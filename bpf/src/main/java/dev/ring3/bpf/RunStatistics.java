package dev.ring3.bpf;

/**
 * How often a program ran while its runs were counted, and for how long, as Linux has it for its programs
 * ({@code kernel.bpf_stats_enabled}).
 *
 * @param runs runs that ended, also those that faulted
 * @param nanos their time by the clock, in all
 * @param compilation whether the JVM runs it as fast as it can, if it is compiled
 */
public record RunStatistics(long runs, long nanos, Compilation compilation) {}
