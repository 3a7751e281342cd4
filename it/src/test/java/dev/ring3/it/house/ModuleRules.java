package dev.ring3.it.house;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The arrows of the house, over module descriptors. A module may require those of lower floors, with the exceptions
 * below; rooms that are planned have their floor already, so that they are built where they belong.
 */
final class ModuleRules {
    private static final String PREFIX = "dev.ring3.";

    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("bpf", 1),
            Map.entry("linux", 1),
            Map.entry("mm", 2),
            Map.entry("fs", 3),
            Map.entry("nfs", 4),
            Map.entry("fuse", 4),
            Map.entry("nio", 4),
            Map.entry("hooks", 4),
            Map.entry("pidfs", 4),
            Map.entry("store", 4), // any dev.ring3.store.*
            Map.entry("litmus", 4),
            Map.entry("server", 5),
            Map.entry("bench", 5),
            Map.entry("cli", 6));

    /** Rooms from which bpf is out of sight, also through others. */
    private static final Set<String> WITHOUT_BPF = Set.of("fs", "mm", "nfs", "fuse", "nio");

    /** The one room below the fifth floor where fs meets bpf. */
    private static final String FS_MEETS_BPF = "hooks";

    private static final int COMPOSING_FLOOR = 5;

    /** Modules to be used alone: nothing but java.base at run time. */
    private static final Set<String> ALONE = Set.of("bpf", "linux");

    private static final Set<String> COMPILE_TIME = Set.of("org.jspecify", "jdk.jfr");

    private ModuleRules() {}

    /** Arrows that do not run downward, and modules that have no floor. */
    static List<String> arrows(List<HouseModule> modules) {
        List<String> findings = new ArrayList<>();
        for (HouseModule module : modules) {
            Optional<Integer> floor = floor(module.name());
            if (floor.isEmpty()) {
                findings.add(module.name() + " has no floor in the house");
            }
            for (String required : ours(module.descriptor())) {
                Optional<Integer> below = floor(required);
                if (floor.isPresent() && below.isPresent() && below.get() >= floor.get()) {
                    findings.add("%s (floor %d) requires %s (floor %d)"
                            .formatted(module.name(), floor.get(), required, below.get()));
                }
            }
        }
        return findings;
    }

    /** Modules that see bpf, themselves or through {@code requires transitive}, and must not. */
    static List<String> sightOfBpf(List<HouseModule> modules) {
        Map<String, HouseModule> byName =
                modules.stream().collect(Collectors.toMap(HouseModule::name, Function.identity()));
        List<String> findings = new ArrayList<>();
        for (HouseModule module : modules) {
            Set<String> seen = readable(module, byName);
            String room = room(module.name());
            boolean low = floor(module.name()).orElse(COMPOSING_FLOOR) < COMPOSING_FLOOR;
            if (!seen.contains(PREFIX + "bpf")) {
                continue;
            }
            if (WITHOUT_BPF.contains(room)) {
                findings.add(module.name() + " sees bpf");
            } else if (low && seen.contains(PREFIX + "fs") && !room.equals(FS_MEETS_BPF)) {
                findings.add(module.name() + " sees fs and bpf, which only " + FS_MEETS_BPF + " may");
            }
        }
        return findings;
    }

    /** Modules that are to be used alone and require more than java.base. */
    static List<String> notAlone(List<HouseModule> modules) {
        List<String> findings = new ArrayList<>();
        for (HouseModule module : modules) {
            for (Requires requires : module.descriptor().requires()) {
                boolean allowed = requires.name().equals("java.base")
                        || (requires.modifiers().contains(Requires.Modifier.STATIC)
                                && COMPILE_TIME.contains(requires.name()));
                if (ALONE.contains(room(module.name())) && !allowed) {
                    findings.add("%s requires %s; at run time it has java.base alone"
                            .formatted(module.name(), requires.name()));
                }
            }
        }
        return findings;
    }

    static List<String> notNullMarked(List<HouseModule> modules) {
        return modules.stream()
                .filter(module -> !module.nullMarked())
                .map(module -> module.name() + " is not @NullMarked")
                .toList();
    }

    static List<String> exportedInternals(List<HouseModule> modules) {
        return modules.stream()
                .flatMap(module -> module.descriptor().exports().stream()
                        .filter(exports -> !exports.isQualified())
                        .filter(exports ->
                                List.of(exports.source().split("\\.")).contains("internal"))
                        .map(exports -> module.name() + " exports " + exports.source()))
                .toList();
    }

    private static Set<String> readable(HouseModule module, Map<String, HouseModule> byName) {
        Set<String> seen = new LinkedHashSet<>();
        for (String required : ours(module.descriptor())) {
            addWithTransitive(required, byName, seen);
        }
        return seen;
    }

    private static void addWithTransitive(String name, Map<String, HouseModule> byName, Set<String> seen) {
        HouseModule module = byName.get(name);
        if (seen.add(name) && module != null) {
            module.descriptor().requires().stream()
                    .filter(requires -> requires.modifiers().contains(Requires.Modifier.TRANSITIVE))
                    .forEach(requires -> addWithTransitive(requires.name(), byName, seen));
        }
    }

    private static List<String> ours(ModuleDescriptor descriptor) {
        return descriptor.requires().stream()
                .map(Requires::name)
                .filter(name -> name.startsWith(PREFIX))
                .sorted()
                .toList();
    }

    private static Optional<Integer> floor(String moduleName) {
        return Optional.ofNullable(FLOORS.get(room(moduleName)));
    }

    /** {@code dev.ring3.store.rocksdb} is of the room {@code store}. */
    private static String room(String moduleName) {
        String[] parts = moduleName.split("\\.", -1);
        return moduleName.startsWith(PREFIX) ? parts[2] : moduleName;
    }
}
