package dev.ring3.fs.transfer;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a stream has come: all that is before this is said. Streams of one snapshot go through the same positions in
 * the same order, so one that was cut can be gone on with.
 *
 * @param phase one of the constants
 * @param ino of the inode, or of the directory, that is next or that it is in the middle of
 * @param offsetBytes of its data; 0 in all but the second phase
 */
public record TransferPosition(int phase, long ino, long offsetBytes) implements Comparable<TransferPosition> {
    /** Names go. */
    public static final int NAMES_GO = 1;

    /** Inodes go, come and change, with their data. */
    public static final int INODES = 2;

    /** Names come. */
    public static final int NAMES_COME = 3;

    /** Everything is said. */
    public static final int DONE = 4;

    /** Nothing is said yet. */
    public static final TransferPosition START = new TransferPosition(NAMES_GO, 0, 0);

    /** All is said but the end. */
    public static final TransferPosition END = new TransferPosition(DONE, 0, 0);

    private static final Pattern TEXT = Pattern.compile("([1-4])\\.([0-9]{1,19})\\.([0-9]{1,19})");

    private static final Comparator<TransferPosition> ORDER = Comparator.comparingInt(TransferPosition::phase)
            .thenComparingLong(TransferPosition::ino)
            .thenComparingLong(TransferPosition::offsetBytes);

    /** Refuses what is no position: EINVAL. */
    public TransferPosition {
        if (phase < NAMES_GO || phase > DONE || ino < 0 || offsetBytes < 0) {
            throw new FsException(Errno.EINVAL, "resume", "phase %d, ino %d, %d".formatted(phase, ino, offsetBytes));
        }
    }

    @Override
    public int compareTo(TransferPosition other) {
        return ORDER.compare(this, other);
    }

    /** As {@link #parse} reads it: {@code 2.4711.65536}. */
    @Override
    public String toString() {
        return phase + "." + ino + "." + offsetBytes;
    }

    /**
     * Reads a position.
     *
     * @throws FsException EINVAL for anything else than what {@link #toString} gives
     */
    public static TransferPosition parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            try {
                return new TransferPosition(
                        Integer.parseInt(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)));
            } catch (NumberFormatException _) {
                // greater than any number of bytes
            }
        }
        throw new FsException(Errno.EINVAL, "resume", "\"%s\", which is no position".formatted(text));
    }
}
