package dev.ring3.bpf;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The maps of one runtime by what programs have as pointers to them: numbers that are no address. */
final class MapTable implements LongFunction<@Nullable BpfMap> {
    /** Set in every pointer to a map, above all addresses. */
    private static final long MAP = 1L << 62;

    private final ConcurrentHashMap<Long, BpfMap> maps = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong(MAP);

    long newPointer() {
        return next.getAndIncrement();
    }

    void add(BpfMap map) {
        maps.put(map.pointer(), map);
    }

    void remove(BpfMap map) {
        maps.remove(map.pointer());
    }

    @Override
    public @Nullable BpfMap apply(long pointer) {
        return maps.get(pointer);
    }
}
