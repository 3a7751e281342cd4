package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueQueue;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Values that are taken out in the order in which they came, or the other way round ({@code BPF_MAP_TYPE_QUEUE}, {@code STACK}). */
public final class QueueMap extends MapBase implements BpfMap {
    static final int TYPE_QUEUE = 22;
    static final int TYPE_STACK = 23;

    private final ValueQueue values;
    private final long address;

    QueueMap(Origin origin) {
        super(origin);
        if (keyBytes() != 0 || valueBytes() <= 0 || entriesMax() <= 0) {
            throw new IllegalArgumentException("%d entries with keys of %d and values of %d bytes; keys have 0"
                    .formatted(entriesMax(), keyBytes(), valueBytes()));
        }
        if (MapFlags.areInvalid(origin.flags(), 0)) {
            throw new IllegalArgumentException("flags 0x%x of a queue or stack".formatted(origin.flags()));
        }
        this.address = allocate(bytes());
        this.values = new ValueQueue(
                address, valueBytes(), entriesMax(), origin.shape().type() == TYPE_STACK);
    }

    @Override
    String kind() {
        return shape().type() == TYPE_STACK ? "stack" : "queue";
    }

    private long bytes() {
        return ValueQueue.memoryBytes(valueBytes(), entriesMax());
    }

    @Override
    int push(HostCalls call, long value, long flags) {
        return programsMayWrite() ? values.push(value, flags) : HelperErrors.EPERM;
    }

    @Override
    int pop(HostCalls call, long value) {
        return programsMayWrite() ? values.pop(value) : HelperErrors.EPERM;
    }

    @Override
    int peek(HostCalls call, long value) {
        return values.peek(value);
    }

    /** The number of values at the moment. */
    public int size() {
        return values.count();
    }

    /** Adds a value. */
    public <V> MapResult push(Codec<V> codec, V value) {
        requireSize(codec);
        if ((flags() & MapFlags.READ_ONLY) != 0) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(this)) {
            long scratch = access.memory(valueBytes());
            codec.write(value, segment(scratch));
            return MapResult.of(values.push(scratch, 0));
        }
    }

    /** Takes the next value out. */
    public <V> Optional<V> pop(Codec<V> codec) {
        requireSize(codec);
        if ((flags() & (MapFlags.READ_ONLY | MapFlags.WRITE_ONLY)) != 0) {
            throw unsupported("pop from");
        }
        try (HostAccess access = HostAccess.to(this)) {
            long scratch = access.memory(valueBytes());
            return values.pop(scratch) == 0 ? Optional.of(codec.read(segment(scratch))) : Optional.empty();
        }
    }

    /** The value that {@link #pop} would take out. */
    public <V> Optional<V> peek(Codec<V> codec) {
        requireSize(codec);
        if ((flags() & MapFlags.WRITE_ONLY) != 0) {
            throw unsupported("peek into");
        }
        try (HostAccess access = HostAccess.to(this)) {
            long scratch = access.memory(valueBytes());
            return values.peek(scratch) == 0 ? Optional.of(codec.read(segment(scratch))) : Optional.empty();
        }
    }

    private void requireSize(Codec<?> codec) {
        if (codec.bytes() != valueBytes()) {
            throw new IllegalArgumentException(
                    "map %s has values of %d bytes, not %d".formatted(name(), valueBytes(), codec.bytes()));
        }
    }

    private MemorySegment segment(long scratch) {
        return BpfMemory.SEGMENT.asSlice(scratch, valueBytes());
    }
}
