package dev.ring3.bpf.btf;

/** Type information that is malformed or cannot be resolved: where, what was found, and what is allowed. */
public final class BtfException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /**
     * Reports one place in the data.
     *
     * @param data what the offset counts in: {@code BTF} or {@code BTF.ext}
     * @param offset the first byte at fault, from the start of the data
     * @param problem what was found, and what is allowed
     */
    BtfException(String data, long offset, String problem) {
        super("%s offset 0x%x: %s".formatted(data, offset, problem));
        this.offset = offset;
    }

    BtfException(long offset, String problem) {
        this("BTF", offset, problem);
    }

    /** The first byte at fault, from the start of the data. */
    public long offset() {
        return offset;
    }
}
