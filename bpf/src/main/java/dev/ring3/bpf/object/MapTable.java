package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSection;
import dev.ring3.bpf.elf.ElfSymbol;
import dev.ring3.bpf.insn.InsnLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All maps of an object, in order: those of {@code .maps} by their place, those of {@code maps}, then one for each
 * section of data. Programs refer to a map by a place in a section.
 */
final class MapTable {
    /** type, key_size, value_size, max_entries, map_flags. */
    private static final int LEGACY_WORDS = 5;

    private final ElfFile elf;
    private final ObjectTypes types;
    private final CodeFunctions functions;
    private final List<MapSpec> maps = new ArrayList<>();
    private final Map<Place, Integer> definitions = new HashMap<>();
    private final Map<Integer, Integer> dataSections = new HashMap<>();

    private record Place(int section, long offset) {}

    MapTable(ElfFile elf, ObjectTypes types, CodeFunctions functions) {
        this.elf = elf;
        this.types = types;
        this.functions = functions;
        Sections.only(elf, Sections.MAPS).ifPresent(this::readMaps);
        Sections.only(elf, Sections.LEGACY_MAPS).ifPresent(this::readLegacyMaps);
        for (ElfSection section : elf.sections()) {
            if (Sections.isData(section) && section.size() > 0) {
                dataSections.put(section.index(), maps.size());
                maps.add(data(section));
            }
        }
    }

    List<MapSpec> maps() {
        return maps;
    }

    /** The map that is defined at a place. */
    OptionalInt definedAt(int section, long offset) {
        Integer index = definitions.get(new Place(section, offset));
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /** The map of a section of data. */
    OptionalInt ofData(int section) {
        Integer index = dataSections.get(section);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    private void readMaps(ElfSection section) {
        if (section.size() == 0) {
            return;
        }
        if (!section.hasContents()) {
            throw ObjectException.in(section, 0, "definitions of maps without bytes in the file");
        }
        Btf btf = types.btf();
        if (btf == null) {
            throw ObjectException.in(section, 0, "maps are defined by types, and the object has none: compile with -g");
        }
        MapReader reader = new MapReader(section, btf);
        NavigableMap<Long, MapReader.Definition> found = new TreeMap<>();
        Map<Long, Long> sizes = new HashMap<>();
        for (BtfType.Placed placed : types.contents(Sections.MAPS)) {
            if (!(btf.type(placed.typeId()) instanceof BtfType.Variable variable)) {
                throw ObjectException.in(
                        section, placed.offsetBytes(), "type %d is no variable".formatted(placed.typeId()));
            }
            if (variable.linkage() == BtfType.Linkage.EXTERN) {
                throw ObjectException.in(
                        section,
                        0,
                        "map %s is defined in another file, link the objects first".formatted(variable.name()));
            }
            requireInside(section, variable.name(), placed);
            MapReader.Definition definition = reader.read(variable, placed.offsetBytes(), placed.sizeBytes());
            if (found.put(placed.offsetBytes(), definition) != null) {
                throw ObjectException.in(
                        section, placed.offsetBytes(), "a second map at this place, %s".formatted(variable.name()));
            }
            sizes.put(placed.offsetBytes(), placed.sizeBytes());
        }
        found.keySet().forEach(at -> definitions.put(new Place(section.index(), at), definitions.size()));
        readInitialValues(section, found, sizes);
        found.values().forEach(definition -> maps.add(definition.map().build()));
    }

    private static void requireInside(ElfSection section, String name, BtfType.Placed placed) {
        if (placed.offsetBytes() + placed.sizeBytes() > section.size()) {
            throw ObjectException.in(
                    section,
                    placed.offsetBytes(),
                    "variable %s has %d bytes from offset %d, the section has %d"
                            .formatted(name, placed.sizeBytes(), placed.offsetBytes(), section.size()));
        }
    }

    private void readInitialValues(
            ElfSection section, NavigableMap<Long, MapReader.Definition> found, Map<Long, Long> sizes) {
        ByteBuffer bytes = ByteBuffer.wrap(elf.contents(section)).order(elf.order());
        Map<Long, List<MapSpec.InitialValue>> values = new HashMap<>();
        for (ElfRelocation relocation : elf.relocationsOf(section)) {
            long at = relocation.offset();
            Map.Entry<Long, MapReader.Definition> entry = found.floorEntry(at);
            long start = entry == null ? 0 : entry.getKey() + entry.getValue().valuesOffsetBytes();
            if (entry == null
                    || entry.getValue().valuesOffsetBytes() < 0
                    || at < start
                    || at + Long.BYTES > entry.getKey() + sizes.getOrDefault(entry.getKey(), 0L)
                    || (at - start) % Long.BYTES != 0
                    || relocation.type() != ElfRelocation.DATA_64) {
                throw ObjectException.in(
                        section,
                        at,
                        "relocation type %d against %s; only the elements of values hold pointers, of type 2"
                                .formatted(relocation.type(), elf.nameOf(relocation.symbol())));
            }
            MapSpec.Builder map = entry.getValue().map();
            long index = (at - start) / Long.BYTES;
            if (index >= map.maxEntries) {
                throw ObjectException.in(
                        section, at, "element %d of map %s, which has %d".formatted(index, map.name, map.maxEntries));
            }
            long addend = relocation.addend().orElse(bytes.getLong((int) at));
            values.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                    .add(initialValue(section, at, map, index, relocation.symbol(), addend));
        }
        values.forEach((at, list) -> {
            list.sort(Comparator.comparingLong(MapSpec.InitialValue::index));
            MapReader.Definition definition = found.get(at);
            if (definition != null) {
                definition.map().initialValues = list;
            }
        });
    }

    private MapSpec.InitialValue initialValue(
            ElfSection section, long at, MapSpec.Builder map, long index, ElfSymbol symbol, long addend) {
        long place = symbol.value() + addend;
        if (map.type == MapSpec.TYPE_PROGRAM_ARRAY) {
            return functions
                    .startingAt(symbol.section(), Math.floorDiv(place, InsnLayout.SLOT_BYTES))
                    .filter(functions::isProgram)
                    .map(program -> new MapSpec.InitialProgram(index, program.name()))
                    .orElseThrow(() -> ObjectException.in(
                            section,
                            at,
                            "element %d of map %s refers to %s, which is no program"
                                    .formatted(index, map.name, elf.nameOf(symbol))));
        }
        OptionalInt target =
                symbol.section() == section.index() ? definedAt(section.index(), place) : OptionalInt.empty();
        return new MapSpec.InitialMap(
                index,
                target.orElseThrow(() -> ObjectException.in(
                        section,
                        at,
                        "element %d of map %s refers to %s, which is no map"
                                .formatted(index, map.name, elf.nameOf(symbol)))));
    }

    private void readLegacyMaps(ElfSection section) {
        NavigableMap<Long, String> names = new TreeMap<>();
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.section() == section.index() && !symbol.isSection()) {
                names.putIfAbsent(symbol.value(), symbol.name());
            }
        }
        if (section.size() > 0 && (names.isEmpty() || names.firstKey() != 0)) {
            throw ObjectException.in(section, 0, "no symbol names the map at the section's beginning");
        }
        ByteBuffer bytes = ByteBuffer.wrap(elf.contents(section)).order(elf.order());
        names.forEach((at, name) -> {
            Long next = names.higherKey(at);
            long size = (next == null ? section.size() : next) - at;
            if (size < (long) LEGACY_WORDS * Integer.BYTES || at + size > bytes.capacity()) {
                throw ObjectException.in(
                        section, at, "map %s has %d bytes, a definition has at least 20".formatted(name, size));
            }
            definitions.put(new Place(section.index(), at), maps.size());
            maps.add(legacy(name, bytes, at.intValue(), (int) size));
        });
    }

    private static MapSpec legacy(String name, ByteBuffer bytes, int at, int size) {
        MapSpec.Builder map = new MapSpec.Builder(name, MapSpec.Origin.LEGACY);
        map.type = bytes.getInt(at);
        map.keyBytes = Integer.toUnsignedLong(bytes.getInt(at + 4));
        map.valueBytes = Integer.toUnsignedLong(bytes.getInt(at + 8));
        map.maxEntries = Integer.toUnsignedLong(bytes.getInt(at + 12));
        map.flags = bytes.getInt(at + 16);
        List<Integer> trailing = new ArrayList<>();
        for (int word = LEGACY_WORDS; (word + 1) * Integer.BYTES <= size; word++) {
            trailing.add(bytes.getInt(at + word * Integer.BYTES));
        }
        map.trailingWords = trailing.stream().allMatch(word -> word == 0) ? List.of() : trailing;
        return map.build();
    }

    private MapSpec data(ElfSection section) {
        if (section.size() > MapData.BYTES_MAX || section.isCompressed()) {
            throw ObjectException.in(
                    section,
                    0,
                    "%s bytes of data, at most %d are accepted, not compressed"
                            .formatted(Long.toUnsignedString(section.size()), MapData.BYTES_MAX));
        }
        MapSpec.Builder map = new MapSpec.Builder(section.name(), MapSpec.Origin.DATA);
        map.type = MapSpec.TYPE_ARRAY;
        map.keyBytes = Integer.BYTES;
        map.valueBytes = section.size();
        map.maxEntries = 1;
        map.flags = Sections.isReadOnly(section) ? MapSpec.FLAG_READ_ONLY_FOR_PROGRAMS : 0;
        List<MapData.Variable> variables = variables(section, types.btf());
        map.data = Optional.of(
                section.isZeroFilled()
                        ? MapData.zeros((int) section.size(), variables)
                        : MapData.of(elf.contents(section), variables));
        return map.build();
    }

    private List<MapData.Variable> variables(ElfSection section, @Nullable Btf btf) {
        List<MapData.Variable> variables = new ArrayList<>();
        Set<String> elsewhere = namesElsewhere(section);
        for (BtfType.Placed placed : types.contents(section.name())) {
            if (btf != null
                    && btf.type(placed.typeId()) instanceof BtfType.Variable variable
                    && !elsewhere.contains(variable.name())) {
                requireInside(section, variable.name(), placed);
                variables.add(new MapData.Variable(
                        variable.name(), placed.offsetBytes(), placed.sizeBytes(), variable.typeId()));
            }
        }
        return variables;
    }

    /**
     * The names that symbols have in other sections alone. Up to version 15 clang lists a constant that it put into
     * {@code .rodata.str1.1} or {@code .rodata.cst16} under {@code .rodata}.
     */
    private Set<String> namesElsewhere(ElfSection section) {
        Set<String> here = new HashSet<>();
        Set<String> elsewhere = new HashSet<>();
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.section() > 0 && !symbol.isSection()) {
                (symbol.section() == section.index() ? here : elsewhere).add(symbol.name());
            }
        }
        elsewhere.removeAll(here);
        return elsewhere;
    }
}
