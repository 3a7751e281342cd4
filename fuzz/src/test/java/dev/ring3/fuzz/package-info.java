/**
 * Coverage-guided fuzzing of every parser that reads untrusted bytes: only the exceptions that a parser documents may
 * leave it. Without further ado the inputs below {@code src/test/resources} are run; with {@code JAZZER_FUZZ=1} in the
 * environment and one test selected, new inputs are searched for.
 */
package dev.ring3.fuzz;
