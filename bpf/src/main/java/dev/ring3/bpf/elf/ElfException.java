package dev.ring3.bpf.elf;

/** Bytes that are no valid ELF file: where, what was found, and what is allowed. */
public final class ElfException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /**
     * Reports one place in the file.
     *
     * @param offset the first byte at fault, from the start of the file
     * @param problem what was found, and what is allowed
     */
    public ElfException(long offset, String problem) {
        super("file offset 0x%x: %s".formatted(offset, problem));
        this.offset = offset;
    }

    /** The first byte at fault, from the start of the file. */
    public long offset() {
        return offset;
    }
}
