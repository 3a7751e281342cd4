package dev.ring3.bpf.btf;

/**
 * Where a member lies.
 *
 * @param typeId its type
 * @param bitOffset from the start of the outermost struct
 * @param bitFieldBits its width if it is a bit field, otherwise 0
 */
public record BtfField(int typeId, long bitOffset, int bitFieldBits) {
    /** The offset of the byte that holds its first bit. */
    public long byteOffset() {
        return bitOffset / Byte.SIZE;
    }
}
