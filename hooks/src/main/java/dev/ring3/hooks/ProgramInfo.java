package dev.ring3.hooks;

/**
 * A program of an attached object, and what it has done.
 *
 * @param section what it is asked about: {@code fs/open}
 * @param runs how often it ran
 * @param nanos how long it ran in all: of each thread the first sixteen runs as measured, the others estimated from every
 *     sixteenth
 * @param refusals how often its result refused the operation
 * @param invalidResults how many of these results were no errno, and refused with EPERM
 */
public record ProgramInfo(String name, String section, long runs, long nanos, long refusals, long invalidResults) {}
