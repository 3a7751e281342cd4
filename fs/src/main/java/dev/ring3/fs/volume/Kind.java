package dev.ring3.fs.volume;

/** What an item of an inode is; the letter is the first byte of its key. */
enum Kind {
    /** The inode itself; position 0. */
    INODE('I'),
    /** A directory's entry; position: its cookie. */
    DIRENT('D'),
    /** An extent of data; position: the block it ends before. */
    EXTENT('E'),
    /** An extended attribute; position: a hash of its name. */
    XATTR('A'),
    /** Where one of its further names is; position: the number of the link. */
    LINK('P');

    private final byte letter;

    Kind(char letter) {
        this.letter = (byte) letter;
    }

    byte letter() {
        return letter;
    }

    static Kind ofLetter(byte letter) {
        for (Kind kind : values()) {
            if (kind.letter == letter) {
                return kind;
            }
        }
        throw new IllegalStateException("item kind " + letter);
    }
}
