package dev.ring3.fs;

/** What becomes of an inode that has the new name already; {@code renameat2(2)}. */
public enum RenameMode {
    REPLACE,
    NO_REPLACE,
    EXCHANGE
}
