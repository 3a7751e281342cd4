package dev.ring3.bpf.elf;

import java.nio.ByteBuffer;

/**
 * Offsets, sizes and numbers of ELF64 (System V ABI, generic part, chapters 4 and 5). The byte order is the file's own,
 * named by byte 5 of its identification.
 */
final class ElfLayout {
    static final int MAGIC = 0x7f454c46;
    static final int CLASS_AT = 4;
    static final int CLASS_64 = 2;
    static final int DATA_AT = 5;
    static final int DATA_LITTLE = 1;
    static final int DATA_BIG = 2;
    static final int IDENT_VERSION_AT = 6;
    static final int VERSION = 1;

    static final int HEADER_BYTES = 64;
    static final int TYPE_AT = 16;
    static final int TYPE_RELOCATABLE = 1;
    static final int MACHINE_AT = 18;
    static final int MACHINE_BPF = 247;
    static final int VERSION_AT = 20;
    static final int SECTIONS_AT = 40;
    static final int HEADER_BYTES_AT = 52;
    static final int SECTION_BYTES_AT = 58;
    static final int SECTION_COUNT_AT = 60;
    static final int NAMES_INDEX_AT = 62;

    static final int SECTION_BYTES = 64;
    static final int SYMBOL_BYTES = 24;
    static final int REL_BYTES = 16;
    static final int RELA_BYTES = 24;
    static final int XINDEX_BYTES = 4;

    static final int SYMTAB = 2;
    static final int STRTAB = 3;
    static final int RELA = 4;
    static final int NOBITS = 8;
    static final int REL = 9;
    static final int SYMTAB_SHNDX = 18;

    /** Section indices from here on name no section. */
    static final int RESERVED_INDEX = 0xff00;

    static final int INDEX_ABSOLUTE = 0xfff1;
    static final int INDEX_COMMON = 0xfff2;
    /** The index does not fit 16 bits and stands elsewhere: in section 0, or in a section of type SYMTAB_SHNDX. */
    static final int INDEX_EXTENDED = 0xffff;

    private ElfLayout() {}

    /** One section header, its name still an offset. */
    record SectionHeader(
            int nameOffset,
            int type,
            long flags,
            long offset,
            long size,
            int link,
            int info,
            long alignment,
            long entryBytes) {
        static SectionHeader read(ByteBuffer file, int at) {
            return new SectionHeader(
                    file.getInt(at),
                    file.getInt(at + 4),
                    file.getLong(at + 8),
                    file.getLong(at + 24),
                    file.getLong(at + 32),
                    file.getInt(at + 40),
                    file.getInt(at + 44),
                    file.getLong(at + 48),
                    file.getLong(at + 56));
        }
    }

    /** One entry of the symbol table, its name still an offset. */
    record SymbolEntry(int nameOffset, int info, int other, int sectionIndex, long value, long size) {
        static SymbolEntry read(ByteBuffer file, int at) {
            return new SymbolEntry(
                    file.getInt(at),
                    Byte.toUnsignedInt(file.get(at + 4)),
                    Byte.toUnsignedInt(file.get(at + 5)),
                    Short.toUnsignedInt(file.getShort(at + 6)),
                    file.getLong(at + 8),
                    file.getLong(at + 16));
        }
    }
}
