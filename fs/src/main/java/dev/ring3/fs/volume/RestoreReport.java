package dev.ring3.fs.volume;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of putting metadata back.
 *
 * @param backup what was put back
 * @param aside where the metadata is that was there before; null if there was none
 * @param lostRanges how many parts of files have no data any more
 * @param lostBytes how long these are, each as often as a subvolume shows it
 * @param findings what else is wrong
 */
public record RestoreReport(
        BackupSummary backup, @Nullable Path aside, long lostRanges, long lostBytes, List<VolumeFinding> findings) {
    /** Whether all is there as it was. */
    public boolean isWhole() {
        return lostRanges == 0 && findings.isEmpty();
    }
}
