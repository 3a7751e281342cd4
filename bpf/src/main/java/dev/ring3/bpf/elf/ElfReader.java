package dev.ring3.bpf.elf;

import dev.ring3.bpf.elf.ElfLayout.SectionHeader;
import dev.ring3.bpf.elf.ElfLayout.SymbolEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks one file, in the order in which its parts depend on each other: header, section table, what each
 * section claims, names, symbols. Lives for one file.
 */
final class ElfReader {
    /** Compilers make a few dozen sections, or one for each function. */
    static final int SECTIONS_MAX = 1 << 17;

    static final int SYMBOLS_MAX = 1 << 18;

    private final ByteBuffer file;
    private final int fileBytes;

    ElfReader(byte[] bytes) {
        this.file = ByteBuffer.wrap(bytes);
        this.fileBytes = bytes.length;
    }

    ElfFile read() {
        requireHeader();
        List<SectionHeader> headers = sectionHeaders();
        int tableAt = (int) file.getLong(ElfLayout.SECTIONS_AT);
        for (int index = 1; index < headers.size(); index++) {
            requireSection(headers, index, tableAt + index * ElfLayout.SECTION_BYTES);
        }
        List<ElfSection> sections = named(headers, tableAt);
        requireDisjoint(sections);
        return new ElfFile(file, sections, symbols(sections, tableAt));
    }

    private void requireHeader() {
        if (fileBytes > ElfFile.BYTES_MAX) {
            throw new ElfException(
                    0, "the file has %d bytes, at most %d are accepted".formatted(fileBytes, ElfFile.BYTES_MAX));
        }
        if (fileBytes < ElfLayout.HEADER_BYTES) {
            throw new ElfException(
                    fileBytes, "the file ends in its ELF header of %d bytes".formatted(ElfLayout.HEADER_BYTES));
        }
        if (file.getInt(0) != ElfLayout.MAGIC) {
            throw new ElfException(0, "0x%08x is not the magic number of ELF, 0x7f454c46".formatted(file.getInt(0)));
        }
        require(ElfLayout.CLASS_AT, file.get(ElfLayout.CLASS_AT), ElfLayout.CLASS_64, "ELF class", "64-bit");
        switch (file.get(ElfLayout.DATA_AT)) {
            case ElfLayout.DATA_LITTLE -> file.order(ByteOrder.LITTLE_ENDIAN);
            case ElfLayout.DATA_BIG -> file.order(ByteOrder.BIG_ENDIAN);
            default ->
                throw new ElfException(
                        ElfLayout.DATA_AT,
                        "byte order %d, but only 1 (little endian) and 2 (big endian) exist"
                                .formatted(file.get(ElfLayout.DATA_AT)));
        }
        require(
                ElfLayout.IDENT_VERSION_AT,
                file.get(ElfLayout.IDENT_VERSION_AT),
                ElfLayout.VERSION,
                "ELF version",
                "current");
        requireShort(ElfLayout.TYPE_AT, ElfLayout.TYPE_RELOCATABLE, "file type", "relocatable object");
        requireShort(ElfLayout.MACHINE_AT, ElfLayout.MACHINE_BPF, "machine", "BPF");
        require(ElfLayout.VERSION_AT, file.getInt(ElfLayout.VERSION_AT), ElfLayout.VERSION, "ELF version", "current");
        requireShort(ElfLayout.HEADER_BYTES_AT, ElfLayout.HEADER_BYTES, "size of the ELF header", "ELF64");
        requireShort(ElfLayout.SECTION_BYTES_AT, ElfLayout.SECTION_BYTES, "size of a section header", "ELF64");
    }

    private void requireShort(int at, int expected, String what, String meaning) {
        require(at, unsignedShort(at), expected, what, meaning);
    }

    private static void require(int at, int found, int expected, String what, String meaning) {
        if (found != expected) {
            throw new ElfException(at, "%s is %d, only %d (%s) is accepted".formatted(what, found, expected, meaning));
        }
    }

    private List<SectionHeader> sectionHeaders() {
        long tableAt = file.getLong(ElfLayout.SECTIONS_AT);
        requireInFile(ElfLayout.SECTIONS_AT, tableAt, ElfLayout.SECTION_BYTES, "the section table");
        long count = unsignedShort(ElfLayout.SECTION_COUNT_AT);
        int countAt = ElfLayout.SECTION_COUNT_AT;
        if (count == 0) {
            countAt = (int) tableAt + 32;
            count = SectionHeader.read(file, (int) tableAt).size();
        }
        if (count < 1 || count > SECTIONS_MAX) {
            throw new ElfException(
                    countAt, "%s sections, 1 to %d are accepted".formatted(Long.toUnsignedString(count), SECTIONS_MAX));
        }
        requireInFile(countAt, tableAt, count * ElfLayout.SECTION_BYTES, "the table of %d sections".formatted(count));
        List<SectionHeader> headers = new ArrayList<>((int) count);
        for (int index = 0; index < count; index++) {
            headers.add(SectionHeader.read(file, (int) tableAt + index * ElfLayout.SECTION_BYTES));
        }
        return headers;
    }

    private void requireSection(List<SectionHeader> headers, int index, int at) {
        SectionHeader header = headers.get(index);
        if (header.type() == 0) {
            return;
        }
        if (header.size() < 0) {
            throw new ElfException(
                    at + 32, "section %d has %s bytes".formatted(index, Long.toUnsignedString(header.size())));
        }
        if (header.type() != ElfLayout.NOBITS) {
            requireInFile(at + 24, header.offset(), header.size(), "section %d".formatted(index));
        }
        if ((header.alignment() & (header.alignment() - 1)) != 0) {
            throw new ElfException(
                    at + 48,
                    "alignment %s of section %d is no power of two"
                            .formatted(Long.toUnsignedString(header.alignment()), index));
        }
        switch (header.type()) {
            case ElfLayout.SYMTAB -> {
                requireEntries(header, ElfLayout.SYMBOL_BYTES, index, at);
                requireLink(headers, header, ElfLayout.STRTAB, index, at);
                long count = header.size() / ElfLayout.SYMBOL_BYTES;
                if (count > SYMBOLS_MAX) {
                    throw new ElfException(
                            at + 32, "%d symbols, at most %d are accepted".formatted(count, SYMBOLS_MAX));
                }
                if (Integer.compareUnsigned(header.info(), (int) count) > 0) {
                    throw new ElfException(
                            at + 44,
                            "%s local symbols of %d".formatted(Integer.toUnsignedString(header.info()), count));
                }
            }
            case ElfLayout.REL, ElfLayout.RELA -> {
                boolean explicit = header.type() == ElfLayout.RELA;
                requireEntries(header, explicit ? ElfLayout.RELA_BYTES : ElfLayout.REL_BYTES, index, at);
                requireLink(headers, header, ElfLayout.SYMTAB, index, at);
                if (header.info() == 0 || Integer.compareUnsigned(header.info(), headers.size()) >= 0) {
                    throw new ElfException(
                            at + 44,
                            "relocations of section %s, the sections are 1 to %d"
                                    .formatted(Integer.toUnsignedString(header.info()), headers.size() - 1));
                }
            }
            case ElfLayout.SYMTAB_SHNDX -> {
                requireEntries(header, ElfLayout.XINDEX_BYTES, index, at);
                requireLink(headers, header, ElfLayout.SYMTAB, index, at);
            }
            default -> {}
        }
    }

    private static void requireEntries(SectionHeader header, int entryBytes, int index, int at) {
        if (header.entryBytes() != entryBytes) {
            throw new ElfException(
                    at + 56,
                    "entries of %s bytes in section %d, which has entries of %d"
                            .formatted(Long.toUnsignedString(header.entryBytes()), index, entryBytes));
        }
        if (header.size() % entryBytes != 0) {
            throw new ElfException(
                    at + 32,
                    "the %d bytes of section %d are no multiple of its entries' %d"
                            .formatted(header.size(), index, entryBytes));
        }
    }

    private static void requireLink(List<SectionHeader> headers, SectionHeader header, int type, int index, int at) {
        int link = header.link();
        if (link <= 0 || link >= headers.size() || headers.get(link).type() != type) {
            throw new ElfException(
                    at + 40,
                    "section %d links to section %s, which is no %s"
                            .formatted(
                                    index,
                                    Integer.toUnsignedString(link),
                                    type == ElfLayout.STRTAB ? "string section" : "symbol table"));
        }
    }

    private List<ElfSection> named(List<SectionHeader> headers, int tableAt) {
        int namesIndex = unsignedShort(ElfLayout.NAMES_INDEX_AT);
        int namesIndexAt = ElfLayout.NAMES_INDEX_AT;
        if (namesIndex == ElfLayout.INDEX_EXTENDED) {
            namesIndex = headers.getFirst().link();
            namesIndexAt = tableAt + 40;
        }
        if (namesIndex <= 0
                || namesIndex >= headers.size()
                || headers.get(namesIndex).type() != ElfLayout.STRTAB) {
            throw new ElfException(
                    namesIndexAt,
                    "section %s should hold the names of sections and is no string section"
                            .formatted(Integer.toUnsignedString(namesIndex)));
        }
        SectionHeader namesHeader = headers.get(namesIndex);
        StringTable names = new StringTable(file, namesHeader.offset(), namesHeader.size());
        List<ElfSection> sections = new ArrayList<>(headers.size());
        for (int index = 0; index < headers.size(); index++) {
            SectionHeader header = headers.get(index);
            String name =
                    index == 0 ? "" : names.name(tableAt + (long) index * ElfLayout.SECTION_BYTES, header.nameOffset());
            sections.add(new ElfSection(
                    index,
                    name,
                    index == 0 ? 0 : header.type(),
                    header.flags(),
                    header.offset(),
                    header.size(),
                    header.link(),
                    header.info()));
        }
        return sections;
    }

    /** "No byte in a file resides in more than one section" (System V ABI, chapter 4, sections). */
    private static void requireDisjoint(List<ElfSection> sections) {
        List<ElfSection> byOffset = sections.stream()
                .filter(section -> section.hasContents() && section.size() > 0)
                .sorted(Comparator.comparingLong(ElfSection::offset))
                .toList();
        for (int i = 1; i < byOffset.size(); i++) {
            ElfSection before = byOffset.get(i - 1);
            ElfSection section = byOffset.get(i);
            if (section.offset() < before.offset() + before.size()) {
                throw new ElfException(
                        section.offset(),
                        "section %d (%s) begins inside section %d (%s), which has %d bytes from offset 0x%x"
                                .formatted(
                                        section.index(),
                                        section.name(),
                                        before.index(),
                                        before.name(),
                                        before.size(),
                                        before.offset()));
            }
        }
    }

    private List<ElfSymbol> symbols(List<ElfSection> sections, int tableAt) {
        ElfSection table = null;
        ElfSection extended = null;
        for (ElfSection section : sections) {
            if (section.type() == ElfLayout.SYMTAB) {
                if (table != null) {
                    throw new ElfException(
                            tableAt + (long) section.index() * ElfLayout.SECTION_BYTES,
                            "a second symbol table, section %d; the first is section %d"
                                    .formatted(section.index(), table.index()));
                }
                table = section;
            } else if (section.type() == ElfLayout.SYMTAB_SHNDX) {
                extended = section;
            }
        }
        if (table == null) {
            return List.of();
        }
        ElfSection strings = sections.get(table.link());
        StringTable names = new StringTable(file, strings.offset(), strings.size());
        int count = (int) (table.size() / ElfLayout.SYMBOL_BYTES);
        List<ElfSymbol> symbols = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int at = (int) table.offset() + index * ElfLayout.SYMBOL_BYTES;
            SymbolEntry entry = SymbolEntry.read(file, at);
            int section = index == 0 ? 0 : sectionOf(entry, index, at, sections, extended);
            String name = index == 0 ? "" : names.name(at, entry.nameOffset());
            symbols.add(symbol(entry, index, name, section, at));
            if (section > 0) {
                requireInside(symbols.getLast(), sections.get(section), at);
            }
        }
        return symbols;
    }

    private int sectionOf(
            SymbolEntry entry, int index, int at, List<ElfSection> sections, @Nullable ElfSection extended) {
        int section = entry.sectionIndex();
        switch (section) {
            case ElfLayout.INDEX_ABSOLUTE -> {
                return ElfSymbol.ABSOLUTE;
            }
            case ElfLayout.INDEX_COMMON -> {
                return ElfSymbol.COMMON;
            }
            case ElfLayout.INDEX_EXTENDED -> {
                if (extended == null || (long) index * ElfLayout.XINDEX_BYTES >= extended.size()) {
                    throw new ElfException(at + 6L, "symbol %d has its section's index in no table".formatted(index));
                }
                section = file.getInt((int) extended.offset() + index * ElfLayout.XINDEX_BYTES);
            }
            default -> {
                if (section >= ElfLayout.RESERVED_INDEX) {
                    throw new ElfException(
                            at + 6L, "symbol %d has the reserved section index 0x%x".formatted(index, section));
                }
            }
        }
        if (section < 0 || section >= sections.size()) {
            throw new ElfException(
                    at + 6L,
                    "symbol %d lies in section %s, the sections are 1 to %d"
                            .formatted(index, Integer.toUnsignedString(section), sections.size() - 1));
        }
        return section;
    }

    private static ElfSymbol symbol(SymbolEntry entry, int index, String name, int section, int at) {
        ElfSymbol.Binding binding = switch (entry.info() >> 4) {
            case 0 -> ElfSymbol.Binding.LOCAL;
            case 1 -> ElfSymbol.Binding.GLOBAL;
            case 2 -> ElfSymbol.Binding.WEAK;
            default ->
                throw new ElfException(
                        at + 4L,
                        "binding %d of symbol %d (%s); 0 to 2 exist".formatted(entry.info() >> 4, index, name));
        };
        // Visibility: 1 is internal, 2 hidden, 0 and 3 (default, protected) are visible.
        int visibility = entry.other() & 3;
        boolean hidden = visibility == 1 || visibility == 2;
        return new ElfSymbol(index, name, binding, hidden, entry.info() & 0xf, section, entry.value(), entry.size());
    }

    private static void requireInside(ElfSymbol symbol, ElfSection section, int at) {
        if (Long.compareUnsigned(symbol.value(), section.size()) > 0
                || Long.compareUnsigned(symbol.size(), section.size() - symbol.value()) > 0) {
            throw new ElfException(
                    at + 8L,
                    "symbol %d (%s) has %s bytes from offset %s of section %s, which has %d"
                            .formatted(
                                    symbol.index(),
                                    symbol.name(),
                                    Long.toUnsignedString(symbol.size()),
                                    Long.toUnsignedString(symbol.value()),
                                    section.name(),
                                    section.size()));
        }
    }

    private void requireInFile(int at, long offset, long size, String what) {
        if (offset < 0 || size < 0 || offset > fileBytes || size > fileBytes - offset) {
            throw new ElfException(
                    at,
                    "%s has %s bytes from offset %s, the file ends at %d"
                            .formatted(what, Long.toUnsignedString(size), Long.toUnsignedString(offset), fileBytes));
        }
    }

    private int unsignedShort(int at) {
        return Short.toUnsignedInt(file.getShort(at));
    }
}
