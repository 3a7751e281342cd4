package dev.ring3.bpf.elf;

import java.util.OptionalLong;

/**
 * One relocation, checked: it lies in its section and names a symbol of the table.
 *
 * @param fileOffset where the relocation itself stands in the file, for messages
 * @param offset the place to be changed, from the start of its section
 * @param type {@code R_BPF_...}, see the constants
 * @param symbol what the place refers to
 * @param addend added to the symbol's value; empty if the place itself holds it
 */
public record ElfRelocation(long fileOffset, long offset, int type, ElfSymbol symbol, OptionalLong addend) {
    /** {@code R_BPF_64_64}: the two immediates of a 64-bit load. */
    public static final int WIDE_LOAD = 1;

    /** {@code R_BPF_64_ABS64}: 8 bytes of data. */
    public static final int DATA_64 = 2;

    /** {@code R_BPF_64_ABS32}: 4 bytes of data. */
    public static final int DATA_32 = 3;

    /** {@code R_BPF_64_NODYLD32}: 4 bytes of data in {@code .BTF} and {@code .BTF.ext}. */
    public static final int DEBUG_32 = 4;

    /** {@code R_BPF_64_32}: the immediate of a call; compilers before LLVM 13 use it for 4 bytes of data as well. */
    public static final int CALL = 10;
}
