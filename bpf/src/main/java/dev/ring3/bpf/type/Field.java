package dev.ring3.bpf.type;

/**
 * A field of a context or of an object of the host.
 *
 * @param offsetBytes from the start of the structure
 * @param sizeBytes of one element; for {@link FieldKind.Bytes} of the whole field
 * @param count how many elements follow each other, 1 for a plain field
 * @param writable whether programs may store to it
 * @param narrowReads whether a part of an element may be read
 */
public record Field(
        String name, int offsetBytes, int sizeBytes, int count, FieldKind kind, boolean writable, boolean narrowReads) {
    public Field {
        if (offsetBytes < 0 || sizeBytes <= 0 || count <= 0) {
            throw new IllegalArgumentException(
                    "field %s: %d elements of %d bytes at %d".formatted(name, count, sizeBytes, offsetBytes));
        }
    }

    /** A number that programs may read, also in parts. */
    public static Field scalar(String name, int offsetBytes, int sizeBytes) {
        return new Field(name, offsetBytes, sizeBytes, 1, new FieldKind.Scalar(), false, true);
    }

    /** Bytes of any structure that programs may read. */
    public static Field bytes(String name, int offsetBytes, int sizeBytes) {
        return new Field(name, offsetBytes, sizeBytes, 1, new FieldKind.Bytes(), false, true);
    }

    /** The address of a place in the packet, read whole. */
    public static Field packet(String name, int offsetBytes, int sizeBytes, FieldKind.Part part) {
        return new Field(name, offsetBytes, sizeBytes, 1, new FieldKind.Packet(part), false, false);
    }

    /** The address of an object of the host, read whole: 8 bytes. */
    public static Field pointer(String name, int offsetBytes, StructType target, boolean nullable) {
        return new Field(name, offsetBytes, Long.BYTES, 1, new FieldKind.Pointer(target, nullable), false, false);
    }

    /** This field, writable too. */
    public Field alsoWritable() {
        return new Field(name, offsetBytes, sizeBytes, count, kind, true, narrowReads);
    }

    /** This field, read whole or not at all. */
    public Field wholeOnly() {
        return new Field(name, offsetBytes, sizeBytes, count, kind, writable, false);
    }

    /** So many elements like this one, one after the other. */
    public Field times(int elements) {
        return new Field(name, offsetBytes, sizeBytes, elements, kind, writable, narrowReads);
    }

    /** One past the last byte. */
    public int endBytes() {
        return offsetBytes + sizeBytes * count;
    }
}
