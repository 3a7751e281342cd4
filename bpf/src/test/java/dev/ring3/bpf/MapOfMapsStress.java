package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.map.HashTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Maps by key or by index: two threads of the host that put, get and remove, and one that runs programs, which look up. */
final class MapOfMapsStress implements MapStress.Subject<Set<Map<Long, Long>>> {
    private static final int KEYS = 2;
    private static final int INNER_MAPS = 4;

    /** Looks the map of a key up, and returns what is at 0 in it; -1 if there is none. */
    private static final String SOURCE = """
            r2 = r1
            r1 = map_by_fd(1) ll
            call 1
            if r0 == 0 goto absent
            *(u32 *)(r10 - 4) = 0
            r1 = r0
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto absent
            r0 = *(u64 *)(r0 + 0)
            exit
            absent:
            r0 = -1
            exit
            """;

    private final BpfRuntime runtime = BpfRuntime.create();
    private final MapModel model = new MapModel(KEYS, false, false);
    private final List<ArrayMap> inner = new ArrayList<>();
    private final MapOfMaps map;
    private final Invocation reader;
    private final MemorySegment memory;

    private MapOfMapsStress(boolean hash) {
        for (int i = 0; i < INNER_MAPS; i++) {
            ArrayMap one = runtime.arrayMap("inner", Long.BYTES, 1);
            one.value(0).set(ValueLayout.JAVA_LONG, 0, i);
            inner.add(one);
        }
        MapBuilder builder = runtime.map("stressed").keyBytes(Integer.BYTES).entriesMax(KEYS);
        this.map = hash ? builder.hashOfMaps(inner.getFirst()) : builder.arrayOfMaps(inner.getFirst());
        BpfProgram program = runtime.program(
                "reader",
                Assembler.assemble(SOURCE, Dialect.LLVM),
                ProgramTypes.memory(Integer.BYTES, Integer.BYTES),
                new Bindings(Map.of(1, map), List.of(), Map.of()));
        this.reader = program.newInvocation();
        this.memory = reader.memory(Integer.BYTES);
    }

    static MapOfMapsStress array() {
        return new MapOfMapsStress(false);
    }

    static MapOfMapsStress hash() {
        return new MapOfMapsStress(true);
    }

    @Override
    public Set<Map<Long, Long>> empty() {
        return MapModel.empty();
    }

    @Override
    public void operate(int thread, Random random, Notes<Set<Map<Long, Long>>> notes) {
        int key = random.nextInt(KEYS);
        if (thread == 2) {
            programGet(key, notes);
            return;
        }
        switch (random.nextInt(4)) {
            case 0, 1 -> put(key, random.nextInt(INNER_MAPS), notes);
            case 2 -> remove(key, notes);
            default -> get(key, notes);
        }
    }

    private void put(int key, int which, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        int result = -map.put(Codec.INT, key, inner.get(which)).errno();
        notes.add(
                begin,
                "put %d at %d: %d".formatted(which, key, result),
                model.update(key, which, HashTable.ANY, result));
    }

    private void remove(int key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        int result = -map.remove(Codec.INT, key).errno();
        notes.add(begin, "remove %d: %d".formatted(key, result), model.delete(key, result));
    }

    private void get(int key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        Long seen = map.get(Codec.INT, key)
                .map(found -> (long) inner.indexOf((ArrayMap) found))
                .orElse(null);
        notes.add(begin, "get %d: %s".formatted(key, seen), model.lookup(key, seen));
    }

    private void programGet(int key, Notes<Set<Map<Long, Long>>> notes) {
        memory.set(ValueLayout.JAVA_INT, 0, key);
        long begin = System.nanoTime();
        long result = reader.run();
        Long seen = result == -1 ? null : result;
        notes.add(begin, "program gets %d: %s".formatted(key, seen), model.lookup(key, seen));
    }

    @Override
    public void settle(Notes<Set<Map<Long, Long>>> notes) {
        for (int key = 0; key < KEYS; key++) {
            get(key, notes);
            remove(key, notes);
        }
    }

    @Override
    public void close() {
        reader.close();
        runtime.close();
    }
}
