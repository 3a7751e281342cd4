package dev.ring3.bpf.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A relocatable ELF64 file for BPF. Immutable. */
public final class ElfFile {
    /** Files past this are refused. */
    public static final int BYTES_MAX = 64 << 20;

    private final ByteBuffer file;
    private final List<ElfSection> sections;
    private final List<ElfSymbol> symbols;
    /** The sections that hold relocations, by the index of the section that they apply to. */
    private final Map<Integer, List<ElfSection>> relocationSections;

    ElfFile(ByteBuffer file, List<ElfSection> sections, List<ElfSymbol> symbols) {
        this.file = file;
        this.sections = List.copyOf(sections);
        this.symbols = List.copyOf(symbols);
        this.relocationSections =
                sections.stream().filter(ElfSection::isRelocations).collect(Collectors.groupingBy(ElfSection::info));
    }

    /**
     * Reads a file's headers, sections and symbols.
     *
     * @param bytes the whole file; it is not copied and must not change afterwards
     * @throws ElfException if it is no relocatable BPF file, or malformed
     */
    public static ElfFile parse(byte[] bytes) {
        return new ElfReader(bytes).read();
    }

    /** The byte order of the file and of the instructions and data in it. */
    public ByteOrder order() {
        return file.order();
    }

    /** All sections, by index; the first is the null section. */
    public List<ElfSection> sections() {
        return sections;
    }

    /** All symbols, by index; the first is the null symbol. Empty if there is no symbol table. */
    public List<ElfSymbol> symbols() {
        return symbols;
    }

    /** A symbol's name, or that of the section that it stands for. */
    public String nameOf(ElfSymbol symbol) {
        return symbol.name().isEmpty() && symbol.section() > 0
                ? sections.get(symbol.section()).name()
                : symbol.name();
    }

    /** A copy of a section's bytes; empty for one that has none in the file. */
    public byte[] contents(ElfSection section) {
        if (!section.hasContents()) {
            return new byte[0];
        }
        byte[] copy = new byte[(int) section.size()];
        file.get((int) section.offset(), copy);
        return copy;
    }

    /**
     * The relocations that apply to a section, in file order.
     *
     * @throws ElfException if one lies outside the section or names no symbol
     */
    public List<ElfRelocation> relocationsOf(ElfSection target) {
        List<ElfRelocation> relocations = new ArrayList<>();
        for (ElfSection section : relocationSections.getOrDefault(target.index(), List.of())) {
            boolean explicit = section.type() == ElfLayout.RELA;
            int entryBytes = explicit ? ElfLayout.RELA_BYTES : ElfLayout.REL_BYTES;
            for (long at = section.offset(); at < section.offset() + section.size(); at += entryBytes) {
                relocations.add(relocation((int) at, explicit, target));
            }
        }
        return relocations;
    }

    private ElfRelocation relocation(int at, boolean explicit, ElfSection target) {
        long offset = file.getLong(at);
        int type = file.getInt(at + (order() == ByteOrder.BIG_ENDIAN ? 12 : 8));
        int symbol = file.getInt(at + (order() == ByteOrder.BIG_ENDIAN ? 8 : 12));
        if (Long.compareUnsigned(offset, target.size()) >= 0) {
            throw new ElfException(
                    at,
                    "relocation at offset %s of section %s, which has %d bytes"
                            .formatted(Long.toUnsignedString(offset), target.name(), target.size()));
        }
        if (Integer.compareUnsigned(symbol, symbols.size()) >= 0) {
            throw new ElfException(
                    at,
                    "relocation against symbol %s, but there are %d"
                            .formatted(Integer.toUnsignedString(symbol), symbols.size()));
        }
        OptionalLong addend = explicit ? OptionalLong.of(file.getLong(at + 16)) : OptionalLong.empty();
        return new ElfRelocation(at, offset, type, symbols.get(symbol), addend);
    }
}
