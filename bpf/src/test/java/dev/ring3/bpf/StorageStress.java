package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Values of processes or inodes: three threads, which also get values as programs do, that make one if there is none. */
final class StorageStress implements MapStress.Subject<Set<Map<Long, Long>>> {
    private static final int OBJECTS = 3;

    private final BpfRuntime runtime = BpfRuntime.create();
    private final MapModel model = new MapModel(OBJECTS, false, false);
    private final List<HostObject> objects = new ArrayList<>();
    private final LocalStorageMap map;
    private final AtomicLong numbers = new AtomicLong();

    private StorageStress(boolean tasks) {
        MapBuilder builder = runtime.map("stressed").valueBytes(Long.BYTES);
        this.map = tasks ? builder.taskStorage() : builder.inodeStorage();
        LongFunction<HostObject> make = tasks ? HostObject::task : number -> HostObject.inode(1, number);
        for (long i = 0; i < OBJECTS; i++) {
            objects.add(make.apply(i));
        }
    }

    static StorageStress tasks() {
        return new StorageStress(true);
    }

    static StorageStress inodes() {
        return new StorageStress(false);
    }

    @Override
    public Set<Map<Long, Long>> empty() {
        return MapModel.empty();
    }

    @Override
    public void operate(int thread, Random random, Notes<Set<Map<Long, Long>>> notes) {
        int index = random.nextInt(OBJECTS);
        switch (random.nextInt(8)) {
            case 0, 1 -> put(index, random.nextInt(3), notes);
            case 2, 3 -> remove(index, notes);
            case 4, 5 -> getOrCreate(index, notes);
            default -> get(index, notes);
        }
    }

    private void put(int index, int mode, Notes<Set<Map<Long, Long>>> notes) {
        long value = numbers.incrementAndGet();
        long begin = System.nanoTime();
        int result = -map.put(Codec.LONG, objects.get(index), value, UpdateMode.values()[mode])
                .errno();
        notes.add(
                begin,
                "put %d at %d, mode %d: %d".formatted(value, index, mode, result),
                model.update(index, value, mode, result));
    }

    private void remove(int index, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        int result = -map.remove(objects.get(index)).errno();
        notes.add(begin, "remove %d: %d".formatted(index, result), model.delete(index, result));
    }

    private void get(int index, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        Long seen = map.get(Codec.LONG, objects.get(index)).orElse(null);
        notes.add(begin, "get %d: %s".formatted(index, seen), model.lookup(index, seen));
    }

    /** As {@code bpf_task_storage_get} does, with a value and {@code BPF_LOCAL_STORAGE_GET_F_CREATE}. */
    private void getOrCreate(int index, Notes<Set<Map<Long, Long>>> notes) {
        long value = numbers.incrementAndGet();
        try (HostAccess access = HostAccess.to(map)) {
            long scratch = access.memory(3 * Long.BYTES);
            MapMemory.set(scratch + 2 * Long.BYTES, value);
            long begin = System.nanoTime();
            long found = map.get(objects.get(index), scratch, scratch + 2 * Long.BYTES, LocalStorageMap.CREATE);
            Long seen = found == 0 ? null : MapMemory.get(found);
            String text = "get %d, or create with %d: %s".formatted(index, value, seen);
            notes.add(begin, text, model.insertIfAbsent(index, value));
            notes.add(begin, text, model.lookup(index, seen)); // by its address, perhaps after it was replaced
        }
    }

    @Override
    public void settle(Notes<Set<Map<Long, Long>>> notes) {
        for (int i = 0; i < OBJECTS; i++) {
            get(i, notes);
            remove(i, notes);
        }
    }

    @Override
    public void close() {
        runtime.close();
    }
}
