package dev.ring3.fs;

/** What becomes of an inode that has the new name already, and of the old name; {@code renameat2(2)}. */
public enum RenameMode {
    REPLACE,
    NO_REPLACE,
    EXCHANGE,

    /** As {@link #REPLACE}; the old name becomes a whiteout, by which an overlay hides what is below it. */
    WHITEOUT,

    /** As {@link #NO_REPLACE}, with such a whiteout. */
    NO_REPLACE_WHITEOUT;

    /** Whether the old name leads to a character device 0:0 afterwards. */
    public boolean leavesWhiteout() {
        return this == WHITEOUT || this == NO_REPLACE_WHITEOUT;
    }

    /** Whether the old name leads to something afterwards. */
    public boolean keepsOldName() {
        return this == EXCHANGE || leavesWhiteout();
    }

    /** Whether an inode that has the new name is no error. */
    public boolean mayReplace() {
        return this != NO_REPLACE && this != NO_REPLACE_WHITEOUT;
    }
}
