package dev.ring3.fs.volume;

import java.util.List;

/**
 * What a check found.
 *
 * @param keys how many versions of items it saw
 * @param inodes how many inodes, each as often as a subvolume shows it
 * @param findings at most {@value #FINDINGS_MAX}
 */
public record VolumeReport(long keys, long inodes, List<VolumeFinding> findings) {
    /** One broken thing can show up a million times. */
    public static final int FINDINGS_MAX = 1000;

    /** Hears how far a check is; what it throws ends the check. */
    @FunctionalInterface
    public interface Progress {
        /** So many records of the volume were looked at, some of them more than once. */
        void at(long records);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return findings.isEmpty();
    }
}
