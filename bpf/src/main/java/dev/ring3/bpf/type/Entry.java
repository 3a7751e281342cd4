package dev.ring3.bpf.type;

/** What a program finds in its registers when it is called. */
public sealed interface Entry {
    /**
     * The address of readable and writable memory in {@code r1}, its length in {@code r2}.
     *
     * @param lengthBytesMin the shortest memory that the program may be called with: it need not ask whether this much is
     *     there
     * @param lengthBytesMax the longest
     */
    record Block(long lengthBytesMin, long lengthBytesMax) implements Entry {
        public Block {
            if (lengthBytesMin < 0 || lengthBytesMin > lengthBytesMax) {
                throw new IllegalArgumentException(
                        "memory of %d to %d bytes".formatted(lengthBytesMin, lengthBytesMax));
            }
        }

        /** Memory of any length up to some. */
        public Block(long lengthBytesMax) {
            this(0, lengthBytesMax);
        }
    }

    /**
     * The address of a structure in {@code r1}.
     *
     * @param packetBytesMax the longest packet that the structure may lead to
     */
    record Context(StructType type, int packetBytesMax) implements Entry {}
}
