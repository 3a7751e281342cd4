package dev.ring3.fs;

/** What names an inode in a tree: the subvolume in which it is looked at, and its number. */
public record NodeId(SubvolumeId subvolume, Ino ino) {
    @Override
    public String toString() {
        return ino + " of " + subvolume;
    }
}
