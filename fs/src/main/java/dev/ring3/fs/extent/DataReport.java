package dev.ring3.fs.extent;

import java.util.List;

/**
 * What a check or a scrub found.
 *
 * @param records how many extent records it saw
 * @param blocks how many stored blocks these name, shared ones as often as they are named
 * @param findings at most {@link #FINDINGS_MAX}
 */
public record DataReport(long records, long blocks, List<DataFinding> findings) {
    /** One broken thing can show up a million times. */
    public static final int FINDINGS_MAX = 1000;

    /** Hears how far it is. */
    public interface Progress {
        void at(long records, long blocks);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return findings.isEmpty();
    }
}
