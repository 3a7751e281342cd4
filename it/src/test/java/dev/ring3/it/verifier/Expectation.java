package dev.ring3.it.verifier;

import dev.ring3.bpf.verifier.Rule;
import dev.ring3.bpf.verifier.Verdict;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the comment above a program says of it. */
sealed interface Expectation {
    Pattern COMMENT =
            Pattern.compile("// (?:accept|refuse (?<rule>[a-z-]+))(?<asm> \\(asm\\))?(?: from v(?<version>\\d))?"
                    + "(?:: (?<reason>.+))?");

    /** The first CPU version that the program can be compiled for. */
    int cpuVersionMin();

    /** Whether a verdict is this one. */
    boolean agreesWith(Verdict verdict);

    /** The program is safe. */
    record Accept(int cpuVersionMin) implements Expectation {
        @Override
        public boolean agreesWith(Verdict verdict) {
            return verdict instanceof Verdict.Accepted;
        }

        @Override
        public String toString() {
            return "accept";
        }
    }

    /** The program breaks a rule. */
    record Refuse(Rule rule, String reason, int cpuVersionMin) implements Expectation {
        @Override
        public boolean agreesWith(Verdict verdict) {
            return verdict instanceof Verdict.Rejected rejected && rejected.rule() == rule;
        }

        @Override
        public String toString() {
            return "refuse " + rule.label();
        }
    }

    /** Reads a comment. */
    static Expectation parse(String comment) {
        Matcher matcher = COMMENT.matcher(comment);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no expectation: " + comment);
        }
        int version = matcher.group("version") == null ? 1 : Integer.parseInt(matcher.group("version"));
        if (matcher.group("rule") == null) {
            return new Accept(version);
        }
        if (matcher.group("reason") == null) {
            throw new IllegalArgumentException("a refusal without a reason: " + comment);
        }
        return new Refuse(rule(matcher.group("rule")), matcher.group("reason"), version);
    }

    private static Rule rule(String label) {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no rule " + label));
    }
}
