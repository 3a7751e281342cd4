package dev.ring3.nio;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;

/** What a volume knows of a file beyond POSIX; all as of one moment. Read by {@link java.nio.file.Files#readAttributes}. */
public interface Ring3FileAttributes extends PosixFileAttributes {
    /** The number of its subvolume; together with {@link #ino} it names the file for ever. */
    long subvolume();

    /** The number of its inode, which snapshots keep and no other file of the volume ever gets. */
    long ino();

    /** The change attribute: differs after every change of content or attributes, and only grows, also over crashes. */
    long change();

    /** When content or attributes last changed. */
    FileTime changeTime();

    /** How many names it has. */
    int links();

    /** What its content takes in its subvolume, holes not counted. */
    long allocatedBytes();

    /** Whether it is the root directory of a subvolume. */
    boolean isSubvolumeRoot();

    /** Whether it is in a subvolume that cannot be written to. */
    boolean isReadOnly();

    /** Whether it cannot be changed, renamed or deleted until this is taken back; {@code chattr +i}. */
    boolean isImmutable();

    /** Whether it can only grow; {@code chattr +a}. */
    boolean isAppendOnly();

    /** A name for the file that lasts over renames and restarts and cannot be forged; a copy. */
    byte[] handle();
}
