package dev.ring3.bpf.type;

/** What a program finds in its registers when it is called. */
public sealed interface Entry {
    /**
     * The address of readable and writable memory in {@code r1}, its length in {@code r2}.
     *
     * @param lengthBytesMax the longest memory that the program may be called with
     */
    record Block(long lengthBytesMax) implements Entry {}

    /**
     * The address of a structure in {@code r1}.
     *
     * @param packetBytesMax the longest packet that the structure may lead to
     */
    record Context(StructType type, int packetBytesMax) implements Entry {}
}
