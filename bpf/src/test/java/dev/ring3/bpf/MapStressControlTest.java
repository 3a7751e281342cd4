package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.verifier.FaultyPackage;
import dev.ring3.bpf.verifier.SeededFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link MapStressTest} does finds a fault that was seeded into each kind of map. */
class MapStressControlTest {
    private static final long MILLIS_MAX = 240_000;

    /** Of so many faults one is tried where time is short. */
    private static final int STEP = Boolean.getBoolean("ring3.long") ? 1 : 8;

    /** A fault in what a kind of map is made of; the class is one of the package that has it. */
    record Fault(String kind, Class<?> inPackage, SeededFault change) {
        @Override
        public String toString() {
            return kind + ": " + change.name();
        }
    }

    private static Fault inMaps(String kind, String name, String file, String from, String to) {
        return new Fault(kind, BpfRuntime.class, new SeededFault(name, file, from, to));
    }

    private static Fault inTables(String kind, String name, String file, String from, String to) {
        return new Fault(kind, HashTable.class, new SeededFault(name, file, from, to));
    }

    private static List<Fault> all() {
        return List.of(
                inTables(
                        "queue",
                        "pushes at a time",
                        "ValueQueue",
                        "lock.lock(0);\n        boolean isFull",
                        "boolean isFull"),
                inMaps(
                        "array",
                        "zeros before the new value",
                        "ArrayMap",
                        "fate.ended(addressOf(index));\n",
                        "memory(index).fill((byte) 0);\n"),
                inMaps(
                        "per-CPU array",
                        "another slot's value is set",
                        "PerCpuArrayMap",
                        "format.store(value, addressOf(index, call.slot()));",
                        "format.store(value, addressOf(index, 0));"),
                inTables(
                        "hash",
                        "an entry is found before the lock is held",
                        "HashTable",
                        "        tableLock.lock(0);\n        keyLocks.lock(hash);\n        int at = bucketOf(key, hash);\n        if (at >= 0) {\n            if (into",
                        "        int at = bucketOf(key, hash);\n        tableLock.lock(0);\n        keyLocks.lock(hash);\n        if (at >= 0) {\n            if (into"),
                inTables(
                        "per-CPU hash",
                        "other slots keep what was there",
                        "HashRows",
                        "BpfBytes.clear(value(row, i), format.bytes());",
                        ""),
                inTables(
                        "LRU hash",
                        "an entry goes while there is room",
                        "HashTable",
                        "if (count == layout.entriesMax()) {",
                        "if (count == layout.entriesMax() - (forgets && count > 0 ? 1 : 0)) {"),
                inTables(
                        "LRU per-CPU hash",
                        "values of all slots are replaced for one",
                        "HashTable",
                        "layout.slots() != 0 || format.isStoredAtOnce()",
                        "layout.slots() == 0"),
                inTables(
                        "LPM trie",
                        "a prefix that is replaced is absent for a moment",
                        "PrefixTrie",
                        "rows.fill(fresh, key, value);\n            place.replace(fresh);\n            allocator.retire(row);",
                        "allocator.retire(fresh);\n            int _ = deleteLocked(key);\n            return insertLocked(key, value);"),
                inTables(
                        "ring buffer",
                        "records are read before they are complete",
                        "RingLog",
                        "BpfBytes.setLongRelease(place(start), bytes | BUSY);",
                        "BpfBytes.setLongRelease(place(start), bytes);"),
                inTables(
                        "stack",
                        "pops at a time",
                        "ValueQueue",
                        "lock.lock(0);\n        int result = count == 0",
                        "int result = count == 0"),
                inTables(
                        "bloom filter",
                        "bits of others are lost",
                        "BloomBits",
                        "BpfBytes.orLong(word(bit), 1L << bit);",
                        "BpfBytes.setLongRelease(word(bit), BpfBytes.longAcquire(word(bit)) | 1L << bit);"),
                inMaps(
                        "array of maps",
                        "two take one map out",
                        "MapOfMaps",
                        "long before = BpfBytes.getAndSetLong(at, pointer);",
                        "long before = BpfBytes.longAcquire(at);\n            Thread.yield();\n            BpfBytes.setLongRelease(at, pointer);"),
                inMaps(
                        "hash of maps",
                        "a map that is replaced is absent for a moment",
                        "MapOfMaps",
                        ": table.update(keyAddress, value, HashTable.ANY, 0)",
                        ": 0 * table.delete(keyAddress) + table.update(keyAddress, value, HashTable.ANY, 0)"),
                inTables(
                        "task storage",
                        "two make a value at a time",
                        "HashTable",
                        "boolean isThere = bucketOf(key, hash) >= 0 || insertLocked",
                        "boolean isThere = insertLocked"),
                inMaps(
                        "inode storage",
                        "a value that another made is replaced",
                        "LocalStorageMap",
                        "? table.findOrInsert(scratch, value == NULL ? zeros : value)",
                        "? table.find(scratch) != 0 || table.update(scratch, value, 0, 0) == 0 ? table.find(scratch) : 0"));
    }

    static List<Fault> faults() {
        List<Fault> all = all();
        return IntStream.iterate(0, i -> i < all.size(), i -> i + STEP)
                .mapToObj(all::get)
                .toList();
    }

    @Test
    void seededFaults_areOneForEachKind() throws IOException {
        assertThat(all().stream().map(Fault::kind)).containsExactlyInAnyOrderElementsOf(MapSubjects.names());
        for (Fault fault : all()) {
            FaultyPackage.requireReplaceable(fault.inPackage(), fault.change());
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void seededFault_sameHarness_isFound(Fault fault, @TempDir Path directory) throws IOException {
        try (FaultyPackage faulty = FaultyPackage.compile(fault.inPackage(), fault.change(), directory)) {
            long begin = System.nanoTime();
            String found = faulty.fuzz(MapStressControl.class, MapStressControl.seedOf(fault.kind()), MILLIS_MAX);

            assertThat(found).as("what is found within four minutes").isNotEmpty();
            System.out.printf("%s: %.1f s%n", fault, (System.nanoTime() - begin) / 1e9);
        }
    }
}
