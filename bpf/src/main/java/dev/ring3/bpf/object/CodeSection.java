package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.BtfExt;
import dev.ring3.bpf.btf.CoreRelocation;
import dev.ring3.bpf.btf.FunctionInfo;
import dev.ring3.bpf.btf.LineInfo;
import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSection;
import dev.ring3.bpf.elf.ElfSymbol;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A section of instructions as it stands in the file, its jumps and calls not yet relocated. */
public final class CodeSection {
    private final ElfSection section;
    private final ElfFile elf;
    private final byte[] bytes;
    private final List<CodeSymbol> symbols;
    private final Map<Integer, ElfRelocation> relocations;
    private final SourceLines lines;
    private final Map<Integer, CoreRelocation> coreRelocations = new HashMap<>();
    private final Map<Integer, Integer> functionTypeIds = new HashMap<>();

    // Filled without a lock: racing threads decode equal values, and one of them stays.
    private @Nullable BpfCode code;

    private CodeSection(ElfFile elf, ElfSection section, List<CodeSymbol> symbols, @Nullable BtfExt ext) {
        this.elf = elf;
        this.section = section;
        this.bytes = elf.contents(section);
        this.symbols = List.copyOf(symbols);
        this.relocations = relocations(elf, section);
        SourceLines.Builder builder = new SourceLines.Builder();
        if (ext != null) {
            for (LineInfo line : ext.lines(section.name())) {
                builder.add(
                        slot(line.insnOffsetBytes(), "line information"),
                        new SourceLine(line.file(), line.line(), line.column(), line.text()));
            }
            for (CoreRelocation relocation : ext.relocations(section.name())) {
                int slot = slot(relocation.insnOffsetBytes(), "a CO-RE relocation");
                if (coreRelocations.put(slot, relocation) != null) {
                    throw ObjectException.at(section, slot, "two CO-RE relocations of one instruction");
                }
            }
            for (FunctionInfo function : ext.functions(section.name())) {
                functionTypeIds.put(slot(function.insnOffsetBytes(), "function information"), function.typeId());
            }
        }
        symbols.stream().filter(CodeSymbol::function).forEach(symbol -> builder.addBoundary(symbol.slot()));
        this.lines = builder.build();
    }

    /** All sections of a file that hold instructions. */
    static List<CodeSection> readAll(ElfFile elf, @Nullable BtfExt ext) {
        Map<Integer, List<CodeSymbol>> symbols = new HashMap<>();
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.section() > 0
                    && !symbol.isSection()
                    && elf.sections().get(symbol.section()).isCode()) {
                symbols.computeIfAbsent(symbol.section(), _ -> new ArrayList<>())
                        .add(codeSymbol(elf.sections().get(symbol.section()), symbol));
            }
        }
        List<CodeSection> sections = new ArrayList<>();
        for (ElfSection section : elf.sections()) {
            if (section.isCode() && section.size() > 0) {
                requireReadable(section);
                sections.add(new CodeSection(elf, section, symbols.getOrDefault(section.index(), List.of()), ext));
            }
        }
        return List.copyOf(sections);
    }

    private static void requireReadable(ElfSection section) {
        if (section.isCompressed()) {
            throw ObjectException.in(section, 0, "compressed code is not supported");
        }
        if (section.size() % InsnLayout.SLOT_BYTES != 0) {
            throw ObjectException.in(
                    section, section.size(), "%d bytes of code are no multiple of 8".formatted(section.size()));
        }
    }

    private static CodeSymbol codeSymbol(ElfSection section, ElfSymbol symbol) {
        if (symbol.value() % InsnLayout.SLOT_BYTES != 0 || symbol.size() % InsnLayout.SLOT_BYTES != 0) {
            throw ObjectException.in(
                    section,
                    symbol.value(),
                    "symbol %s has %d bytes from offset %d; instructions have 8"
                            .formatted(symbol.name(), symbol.size(), symbol.value()));
        }
        return new CodeSymbol(
                symbol.name(),
                (int) (symbol.value() / InsnLayout.SLOT_BYTES),
                (int) (symbol.size() / InsnLayout.SLOT_BYTES),
                symbol.isFunction(),
                symbol.isPublic());
    }

    private static Map<Integer, ElfRelocation> relocations(ElfFile elf, ElfSection section) {
        Map<Integer, ElfRelocation> relocations = new TreeMap<>();
        for (ElfRelocation relocation : elf.relocationsOf(section)) {
            if (relocation.offset() % InsnLayout.SLOT_BYTES != 0) {
                throw ObjectException.in(section, relocation.offset(), "a relocation in the middle of an instruction");
            }
            int slot = (int) (relocation.offset() / InsnLayout.SLOT_BYTES);
            if (relocations.put(slot, relocation) != null) {
                throw ObjectException.at(section, slot, "two relocations of one instruction");
            }
        }
        return relocations;
    }

    private int slot(long offsetBytes, String what) {
        if (offsetBytes % InsnLayout.SLOT_BYTES != 0 || offsetBytes >= section.size()) {
            throw ObjectException.in(
                    section,
                    0,
                    "%s for offset %d, which is no instruction: they have 8 bytes and end at %d"
                            .formatted(what, offsetBytes, section.size()));
        }
        return (int) (offsetBytes / InsnLayout.SLOT_BYTES);
    }

    /** The name of the section. */
    public String name() {
        return section.name();
    }

    /** Its length in slots of 8 bytes. */
    public int slotCount() {
        return bytes.length / InsnLayout.SLOT_BYTES;
    }

    /**
     * The instructions.
     *
     * @throws ObjectException if one of them is invalid
     */
    public BpfCode code() {
        BpfCode decoded = code;
        if (decoded == null) {
            try {
                decoded = InsnLayout.decodeUnlinked(bytes, elf.order());
            } catch (InsnException e) {
                throw ObjectException.of(section, e);
            }
            code = decoded;
        }
        return decoded;
    }

    /** The functions and labels, in the order of the symbol table. */
    public List<CodeSymbol> symbols() {
        return symbols;
    }

    /** What instructions refer to, by slot. */
    public Map<Integer, CodeReference> references() {
        Map<Integer, CodeReference> references = new TreeMap<>();
        relocations.forEach((slot, relocation) -> {
            String symbol = elf.nameOf(relocation.symbol());
            references.put(slot, new CodeReference(slot, symbol, code().isInsn(slot) ? addend(slot, relocation) : 0));
        });
        return references;
    }

    /** The source lines, by slot; none if the object was compiled without {@code -g}. */
    public SourceLines lines() {
        return lines;
    }

    ElfSection section() {
        return section;
    }

    Map<Integer, ElfRelocation> relocations() {
        return relocations;
    }

    @Nullable
    CoreRelocation coreRelocation(int slot) {
        return coreRelocations.get(slot);
    }

    /** The BTF type of the function that begins at a slot, or 0. */
    int functionTypeId(int slot) {
        return functionTypeIds.getOrDefault(slot, 0);
    }

    /**
     * What a relocation adds to its symbol, in bytes. Where the relocation does not say, the instruction does: a 64-bit
     * load in its immediate, a call in slots from the instruction after it, as if it stood before the section.
     */
    long addend(int slot, ElfRelocation relocation) {
        if (relocation.addend().isPresent()) {
            return relocation.addend().getAsLong();
        }
        return switch (code().at(slot)) {
            case Insn.LoadWide wide -> wide.low();
            case Insn.CallLocal call -> (call.offset() + 1L) * InsnLayout.SLOT_BYTES;
            case Insn.CallHelper call -> (call.id() + 1L) * InsnLayout.SLOT_BYTES;
            case Insn.CallHost call -> (call.btfId() + 1L) * InsnLayout.SLOT_BYTES;
            case Insn _ -> 0;
        };
    }
}
