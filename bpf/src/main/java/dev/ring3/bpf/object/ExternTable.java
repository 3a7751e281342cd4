package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSymbol;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The symbols that an object uses and does not define, by their index in the symbol table. */
final class ExternTable {
    private final Map<Integer, ExternSymbol> symbols = new LinkedHashMap<>();

    ExternTable(ElfFile elf, ObjectTypes types, List<CodeSection> sections) {
        Map<String, Integer> config = typeIds(types, Sections.KCONFIG);
        Map<String, Integer> known = typeIds(types, Sections.KSYMS);
        Set<Integer> called = called(sections);
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.isUndefined() && !symbol.name().isEmpty() && symbol.binding() != ElfSymbol.Binding.LOCAL) {
                ExternSymbol.Kind kind;
                int typeId;
                if (config.containsKey(symbol.name())) {
                    kind = ExternSymbol.Kind.KCONFIG;
                    typeId = config.getOrDefault(symbol.name(), 0);
                } else {
                    typeId = known.getOrDefault(symbol.name(), function(types, symbol.name()));
                    boolean function = called.contains(symbol.index()) || isFunction(types, typeId);
                    kind = function ? ExternSymbol.Kind.FUNCTION : ExternSymbol.Kind.VARIABLE;
                }
                boolean weak = symbol.binding() == ElfSymbol.Binding.WEAK;
                symbols.put(symbol.index(), new ExternSymbol(symbol.name(), kind, weak, typeId));
            }
        }
    }

    Map<Integer, ExternSymbol> symbols() {
        return symbols;
    }

    private static Map<String, Integer> typeIds(ObjectTypes types, String section) {
        Map<String, Integer> ids = new HashMap<>();
        Btf btf = types.btf();
        if (btf != null) {
            for (BtfType.Placed placed : types.contents(section)) {
                ids.put(btf.type(placed.typeId()).name(), placed.typeId());
            }
        }
        return ids;
    }

    /** A function that is declared but not placed in {@code .ksyms}. */
    private static int function(ObjectTypes types, String name) {
        Btf btf = types.btf();
        return btf == null ? 0 : btf.find(BtfKind.FUNC, name).orElse(0);
    }

    private static boolean isFunction(ObjectTypes types, int typeId) {
        Btf btf = types.btf();
        return btf != null && btf.kind(typeId) == BtfKind.FUNC;
    }

    private static Set<Integer> called(List<CodeSection> sections) {
        Set<Integer> called = new HashSet<>();
        for (CodeSection section : sections) {
            for (ElfRelocation relocation : section.relocations().values()) {
                if (relocation.type() == ElfRelocation.CALL) {
                    called.add(relocation.symbol().index());
                }
            }
        }
        return called;
    }
}
