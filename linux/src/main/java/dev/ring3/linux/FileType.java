package dev.ring3.linux;

import java.util.Optional;

/** The types of files, {@code S_IFMT}. */
public enum FileType {
    /** Bytes. */
    REGULAR(0100000),
    /** Names of files. */
    DIRECTORY(0040000),
    /** A path in place of a file. */
    SYMBOLIC_LINK(0120000),
    /** A device of blocks. */
    BLOCK_DEVICE(0060000),
    /** A device of bytes. */
    CHARACTER_DEVICE(0020000),
    /** A named pipe. */
    PIPE(0010000),
    /** A Unix socket. */
    SOCKET(0140000);

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    static Optional<FileType> of(int bits) {
        for (FileType type : values()) {
            if (type.bits == bits) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
