/**
 * Coverage-guided fuzzing of every parser that reads untrusted bytes: only the exceptions that a parser documents may
 * leave it. The inputs below {@code src/test/resources} are run first, then new ones are searched for: for ten seconds
 * in each test, for half an hour with {@code ./check long}, or as {@code -Dfuzz.duration} says. What the search came
 * upon stays in {@code .cifuzz-corpus}, and the next one begins there; an input that fails a test is written beside the
 * recorded ones.
 */
package dev.ring3.fuzz;
