package dev.ring3.bpf.elf;

/**
 * A section, checked: what it claims to hold in the file lies in the file, and its links name sections.
 *
 * @param index its place in the section table; 0 is the null section
 * @param name empty if it has none
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param offset where its bytes begin in the file
 * @param size in bytes; a section without bytes in the file ({@link #isZeroFilled}) may be larger than the file
 * @param link {@code sh_link}
 * @param info {@code sh_info}
 */
public record ElfSection(int index, String name, int type, long flags, long offset, long size, int link, int info) {
    private static final int PROGBITS = 1;

    private static final long WRITE = 0x1;
    private static final long ALLOCATED = 0x2;
    private static final long EXECUTABLE = 0x4;
    private static final long COMPRESSED = 0x800;

    /** Whether it holds instructions. */
    public boolean isCode() {
        return type == PROGBITS && (flags & EXECUTABLE) != 0;
    }

    /** Whether it holds data with bytes in the file that the program has in memory. */
    public boolean isData() {
        return type == PROGBITS && (flags & ALLOCATED) != 0 && (flags & EXECUTABLE) == 0;
    }

    /** Whether it is memory of zeros without bytes in the file, such as {@code .bss}. */
    public boolean isZeroFilled() {
        return type == ElfLayout.NOBITS;
    }

    /** Whether the program may write to it. */
    public boolean isWritable() {
        return (flags & WRITE) != 0;
    }

    /** Whether its bytes are compressed. */
    public boolean isCompressed() {
        return (flags & COMPRESSED) != 0;
    }

    /** Whether it has bytes in the file. */
    public boolean hasContents() {
        return type != 0 && type != ElfLayout.NOBITS;
    }

    boolean isRelocations() {
        return type == ElfLayout.REL || type == ElfLayout.RELA;
    }
}
