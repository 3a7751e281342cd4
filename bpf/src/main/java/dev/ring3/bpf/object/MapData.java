package dev.ring3.bpf.object;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The contents of a section of data, the one value of its map. */
public final class MapData {
    /** A map's value has at most this many bytes. */
    public static final int BYTES_MAX = Integer.MAX_VALUE;

    /**
     * A variable in the section.
     *
     * @param typeId its type in the object's BTF
     */
    public record Variable(String name, long offsetBytes, long sizeBytes, int typeId) {}

    private final int sizeBytes;
    /** Empty if all bytes are zero and none stand in the file. */
    private final byte[] bytes;

    private final List<Variable> variables;

    private MapData(int sizeBytes, byte[] bytes, List<Variable> variables) {
        this.sizeBytes = sizeBytes;
        this.bytes = bytes;
        this.variables = List.copyOf(variables);
    }

    static MapData zeros(int sizeBytes, List<Variable> variables) {
        return new MapData(sizeBytes, new byte[0], variables);
    }

    static MapData of(byte[] bytes, List<Variable> variables) {
        return new MapData(bytes.length, bytes.clone(), variables);
    }

    /** The size in bytes. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** Whether all bytes are zero and it need not be copied, as {@code .bss}. */
    public boolean isZero() {
        return bytes.length == 0;
    }

    /** A copy of the bytes, in the byte order of the object. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, sizeBytes);
    }

    /** The variables in the order of the object's types; none if the object was compiled without {@code -g}. */
    public List<Variable> variables() {
        return variables;
    }

    /** The variable of a name. */
    public Optional<Variable> variable(String name) {
        return variables.stream()
                .filter(variable -> variable.name().equals(name))
                .findFirst();
    }
}
