package dev.ring3.bpf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** The maps that are put under stress, by name. */
final class MapSubjects {
    private static final Map<String, Supplier<MapStress.Subject<?>>> ALL = all();

    private MapSubjects() {}

    private static Map<String, Supplier<MapStress.Subject<?>>> all() {
        Map<String, Supplier<MapStress.Subject<?>>> all = new LinkedHashMap<>();
        all.put("array", KeyedStress::array);
        all.put("per-CPU array", KeyedStress::perCpuArray);
        all.put("hash", KeyedStress::hash);
        all.put("per-CPU hash", KeyedStress::perCpuHash);
        all.put("LRU hash", KeyedStress::lruHash);
        all.put("LRU per-CPU hash", KeyedStress::lruPerCpuHash);
        all.put("LPM trie", TrieStress::new);
        all.put("queue", QueueStress::queue);
        all.put("stack", QueueStress::stack);
        all.put("bloom filter", BloomStress::new);
        all.put("ring buffer", RingStress::new);
        all.put("array of maps", MapOfMapsStress::array);
        all.put("hash of maps", MapOfMapsStress::hash);
        all.put("task storage", StorageStress::tasks);
        all.put("inode storage", StorageStress::inodes);
        return all;
    }

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    static MapStress.Outcome test(String name, long seed, int rounds, long millisMax) {
        try (MapStress.Subject<?> subject =
                Objects.requireNonNull(ALL.get(name), name).get()) {
            return MapStress.run(subject, seed, rounds, millisMax);
        }
    }
}
