package dev.ring3.bpf.btf;

import java.util.OptionalLong;

/** What a CO-RE relocation comes to on a host. */
public sealed interface CoreResult {
    /**
     * A number for the instruction.
     *
     * @param expected what the compiler must have left in the instruction; empty where compilers differ
     * @param value what the host needs there
     * @param access for the offset of a field, the sizes of the access
     */
    record Relocated(OptionalLong expected, long value, Access access) implements CoreResult {}

    /**
     * How many bytes a load or store of the field moves; 0 and 0 for what is not the offset of a plain field.
     *
     * @param localBytes in the object's types
     * @param targetBytes in the host's types
     * @param sound whether a load of the host's size gives the same number: both are pointers, or unsigned integers
     */
    record Access(long localBytes, long targetBytes, boolean sound) {
        static final Access NONE = new Access(0, 0, true);
    }

    /** The host has nothing that the instruction could use; it must never be executed. */
    record Failed(String reason) implements CoreResult {}
}
