package dev.ring3.fs.volume;

/**
 * What has versions: a kind, an inode and a position, compared as unsigned. Which version a snapshot sees is the
 * business of {@link View}.
 */
record Item(Kind kind, long ino, long position) implements Comparable<Item> {
    static Item inode(long ino) {
        return new Item(Kind.INODE, ino, 0);
    }

    static Item dirent(long directory, long cookie) {
        return new Item(Kind.DIRENT, directory, cookie);
    }

    /** In the order of their keys. */
    @Override
    public int compareTo(Item other) {
        int order = Byte.compareUnsigned(kind.letter(), other.kind.letter());
        if (order == 0) {
            order = Long.compareUnsigned(ino, other.ino);
        }
        return order != 0 ? order : Long.compareUnsigned(position, other.position);
    }
}
