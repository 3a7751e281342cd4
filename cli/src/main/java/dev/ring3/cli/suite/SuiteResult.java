package dev.ring3.cli.suite;

import java.util.Optional;

/**
 * What became of one file.
 *
 * @param file its name
 * @param needs what its program needs of a runtime; absent if it has no valid program or was not looked at
 * @param verdict whether that is as it should be
 * @param outcome what happened, in one word: {@code returned}, {@code faulted}, {@code rejected}, {@code malformed}, {@code
 *     skipped}
 * @param detail what was wrong, or why it was skipped; of a negative test that passed, how it was refused
 */
public record SuiteResult(String file, Optional<SuiteNeeds> needs, Verdict verdict, String outcome, String detail) {
    /** Whether a file did what it had to. */
    public enum Verdict {
        PASSED,
        FAILED,
        SKIPPED
    }
}
