package dev.ring3.bpf.type;

/** What a field of a {@link StructType} holds, and so what a load of it gives. */
public sealed interface FieldKind {
    /** A number of exactly the field's size. */
    record Scalar() implements FieldKind {}

    /** Bytes without further structure: any aligned access inside them. */
    record Bytes() implements FieldKind {}

    /** A place in the packet. Loaded whole, even where the field is narrower than an address. */
    record Packet(Part part) implements FieldKind {}

    /**
     * The address of another object of the host.
     *
     * @param nullable whether it may be null, so that programs must ask before they use it
     */
    record Pointer(StructType target, boolean nullable) implements FieldKind {}

    /** Where in the packet. */
    enum Part {
        /** The first byte of the packet. */
        START,
        /** One past its last byte. */
        END,
        /** The first byte of the metadata that precedes the packet. */
        META
    }
}
