package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.BloomBits;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.memory.BpfMemory;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A set of values that can be asked whether it may have one ({@code BPF_MAP_TYPE_BLOOM_FILTER}); nothing is taken out.
 * {@link #entriesMax} is for how many values it is made: with more, it says more often of a value that it may have it.
 */
public final class BloomFilterMap extends MapBase implements BpfMap {
    static final int TYPE = 30;

    private static final int HASHES_DEFAULT = 5;
    private static final int HASHES_MAX = 15;

    private final BloomBits bits;
    private final long address;
    private final int hashes;

    BloomFilterMap(Origin origin) {
        super(origin);
        if (keyBytes() != 0 || valueBytes() <= 0 || entriesMax() <= 0) {
            throw new IllegalArgumentException("%d entries with keys of %d and values of %d bytes; keys have 0"
                    .formatted(entriesMax(), keyBytes(), valueBytes()));
        }
        if (MapFlags.areInvalid(origin.flags(), MapFlags.ZERO_SEED)
                || origin.extra() < 0
                || origin.extra() > HASHES_MAX) {
            throw new IllegalArgumentException(
                    "flags 0x%x, %d hashes of a bloom filter".formatted(origin.flags(), origin.extra()));
        }
        this.hashes = origin.extra() == 0 ? HASHES_DEFAULT : (int) origin.extra();
        this.address = allocate(bytes());
        long seed = (origin.flags() & MapFlags.ZERO_SEED) == 0
                ? ThreadLocalRandom.current().nextLong()
                : 0;
        this.bits = new BloomBits(address, valueBytes(), entriesMax(), hashes, seed);
    }

    @Override
    String kind() {
        return "bloom filter";
    }

    private long bytes() {
        return BloomBits.memoryBytes(entriesMax(), hashes);
    }

    @Override
    int push(HostCalls call, long value, long flags) {
        if (flags != 0) {
            return HelperErrors.EINVAL;
        }
        if (!programsMayWrite()) {
            return HelperErrors.EPERM;
        }
        bits.add(value);
        return 0;
    }

    @Override
    int peek(HostCalls call, long value) {
        return bits.mayContain(value) ? 0 : HelperErrors.ENOENT;
    }

    /** Adds a value. */
    public <V> MapResult add(Codec<V> codec, V value) {
        if ((flags() & MapFlags.READ_ONLY) != 0) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(this)) {
            bits.add(written(access, codec, value));
            return MapResult.DONE;
        }
    }

    /** Whether a value may have been added; if this is false, it was not. */
    public <V> boolean mayContain(Codec<V> codec, V value) {
        if ((flags() & MapFlags.WRITE_ONLY) != 0) {
            throw unsupported("lookup in");
        }
        try (HostAccess access = HostAccess.to(this)) {
            return bits.mayContain(written(access, codec, value));
        }
    }

    private <V> long written(HostAccess access, Codec<V> codec, V value) {
        if (codec.bytes() != valueBytes()) {
            throw new IllegalArgumentException(
                    "map %s has values of %d bytes, not %d".formatted(name(), valueBytes(), codec.bytes()));
        }
        long scratch = access.memory(valueBytes());
        codec.write(value, BpfMemory.SEGMENT.asSlice(scratch, valueBytes()));
        return scratch;
    }
}
