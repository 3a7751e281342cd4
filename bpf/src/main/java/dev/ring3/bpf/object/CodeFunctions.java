package dev.ring3.bpf.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The functions of an object. A section without function symbols is one function, named after the section.
 *
 * <p>Programs are the functions that other files see, outside {@code .text}: there compilers put what has no section of
 * its own, functions to be called. But an object that has nothing else means them to be programs.
 */
final class CodeFunctions {
    private static final String TEXT = ".text";

    /** By section, then by first slot; of several names for one function, one that other files see if there is one. */
    private final Map<Integer, NavigableMap<Integer, CodeFunction>> byPlace = new HashMap<>();

    private final Set<CodeFunction> programs = new LinkedHashSet<>();

    CodeFunctions(List<CodeSection> sections) {
        boolean onlyText = sections.stream().allMatch(section -> section.name().equals(TEXT));
        Set<String> names = new HashSet<>();
        for (CodeSection section : sections) {
            boolean holdsPrograms = onlyText || !section.name().equals(TEXT);
            NavigableMap<Integer, CodeFunction> places = new TreeMap<>();
            for (CodeFunction function : functions(section)) {
                CodeFunction other = places.get(function.startSlot());
                if (other == null || !other.isPublic()) {
                    places.put(function.startSlot(), function);
                }
                if (holdsPrograms && function.isPublic()) {
                    if (!names.add(function.name())) {
                        throw ObjectException.at(
                                section.section(),
                                function.startSlot(),
                                "a second program with the name " + function.name());
                    }
                    programs.add(function);
                }
            }
            byPlace.put(section.section().index(), places);
        }
    }

    /** The programs, in the order of sections and places. */
    List<CodeFunction> programs() {
        return List.copyOf(programs);
    }

    boolean isProgram(CodeFunction function) {
        return programs.contains(function);
    }

    /** The function that begins at a slot of a section. */
    Optional<CodeFunction> startingAt(int sectionIndex, long slot) {
        NavigableMap<Integer, CodeFunction> places = byPlace.get(sectionIndex);
        return places == null || slot != (int) slot ? Optional.empty() : Optional.ofNullable(places.get((int) slot));
    }

    private static List<CodeFunction> functions(CodeSection section) {
        List<CodeSymbol> symbols = section.symbols().stream()
                .filter(CodeSymbol::function)
                .sorted(Comparator.comparingInt(CodeSymbol::slot))
                .toList();
        if (symbols.isEmpty()) {
            int typeId = section.functionTypeId(0);
            return List.of(new CodeFunction(section.name(), section, 0, section.slotCount(), true, typeId));
        }
        List<CodeFunction> functions = new ArrayList<>();
        int nextStart = section.slotCount();
        int end = section.slotCount();
        for (CodeSymbol symbol : symbols.reversed()) {
            if (symbol.slot() < nextStart) {
                end = nextStart;
                nextStart = symbol.slot();
            }
            // Without a size, a function reaches to the next one.
            int slots = symbol.slots() == 0 ? end - symbol.slot() : symbol.slots();
            if (slots == 0 || symbol.slot() + slots > end) {
                throw ObjectException.at(
                        section.section(),
                        symbol.slot(),
                        "function %s has %d slots and the next one, or the section's end, comes after %d"
                                .formatted(symbol.name(), slots, end - symbol.slot()));
            }
            functions.add(new CodeFunction(
                    symbol.name(),
                    section,
                    symbol.slot(),
                    slots,
                    symbol.isPublic(),
                    section.functionTypeId(symbol.slot())));
        }
        return functions.reversed();
    }
}
