package dev.ring3.litmus.search;

/**
 * How far a search goes.
 *
 * @param turnsMax how often a thread may jump back at one place on a way that depends on reads
 * @param deadlineNanos when to stop, in {@link System#nanoTime}
 */
record SearchLimits(int turnsMax, long deadlineNanos) {}
