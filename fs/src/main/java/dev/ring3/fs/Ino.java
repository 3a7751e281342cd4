package dev.ring3.fs;

/**
 * The number of an inode: unique in its volume for all time, kept by snapshots. Together with a {@link SubvolumeId} it
 * names an inode.
 *
 * @param value positive
 */
public record Ino(long value) implements Comparable<Ino> {
    /** The root directory of every subvolume. */
    public static final Ino ROOT = new Ino(1);

    public Ino {
        if (value <= 0) {
            throw new IllegalArgumentException("inode number " + value);
        }
    }

    @Override
    public int compareTo(Ino other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "ino " + value;
    }
}
