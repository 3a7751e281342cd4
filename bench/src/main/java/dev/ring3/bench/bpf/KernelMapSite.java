package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.MapFlags;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelMapType;
import dev.ring3.linux.KernelRing;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.UpdateMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A map in the kernel that runs. It stays until the process ends. */
final class KernelMapSite implements MapSite {
    private static final byte[] PACKET = new byte[64];
    private static final String NAME = "ring3_bench";

    private final MapKind kind;
    private final KernelMap map;
    private final Optional<KernelRing> ring;
    private boolean isChained;

    KernelMapSite(MapKind kind) {
        this.kind = kind;
        this.map = switch (kind.kernel()) {
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> ofMaps();
            case RING_BUFFER -> create(0, 0, MapKind.RING_BYTES);
            case PROGRAM_ARRAY -> create(kind.keyBytes(), Integer.BYTES, 1);
            default -> create(kind.keyBytes(), MapKind.VALUE_BYTES, kind.keys().count());
        };
        this.ring = kind.kernel() == KernelMapType.RING_BUFFER ? Optional.of(KernelRing.of(map)) : Optional.empty();
    }

    private KernelMap create(int keyBytes, int valueBytes, int entries) {
        int flags = kind.keys().arePrefixes() ? MapFlags.NO_PREALLOC : 0;
        return KernelBpf.open().createMap(new MapSpec(kind.kernel(), keyBytes, valueBytes, entries, flags, NAME));
    }

    /** As in Ring3's: the same map under each key. */
    private KernelMap ofMaps() {
        KernelBpf bpf = KernelBpf.open();
        KernelMap inner = bpf.createMap(MapSpec.array(MapKind.VALUE_BYTES, 1));
        KernelMap outer = bpf.createMap(new MapSpec(
                        kind.kernel(),
                        kind.keyBytes(),
                        Integer.BYTES,
                        kind.keys().count(),
                        0,
                        NAME)
                .withInner(inner));
        for (long i = 0; i < kind.keys().count(); i++) {
            outer.update(kind.key(i), bytes(inner.descriptor()), UpdateMode.ANY);
        }
        return outer;
    }

    private static byte[] bytes(int descriptor) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(descriptor)
                .array();
    }

    @Override
    public String reference() {
        return "map_by_fd(%d)".formatted(map.descriptor());
    }

    @Override
    public Subject load(BpfCode code) {
        KernelSubject subject = KernelSubject.of(code, PACKET);
        if (kind.kernel() == KernelMapType.PROGRAM_ARRAY && !isChained) {
            map.update(kind.key(0), bytes(subject.descriptor()), UpdateMode.ANY); // itself, as in Ring3
            isChained = true;
        }
        return ring.<Subject>map(of -> new Emptied(subject, of)).orElse(subject);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        map.update(key, value, UpdateMode.ANY);
    }

    /**
     * A program that fills a ring buffer: the host takes the records away after each run, outside the time that the kernel
     * takes. More runs in one call would have to wait for a grace period of RCU before and after.
     */
    private record Emptied(KernelSubject subject, KernelRing ring) implements Subject {
        @Override
        public long run(long times) {
            long result = 0;
            for (long i = 0; i < times; i++) {
                result = subject.run(1);
                long _ = ring.skip();
            }
            return result;
        }

        @Override
        public double nanos(long times) {
            double nanos = 0;
            for (long i = 0; i < times; i++) {
                nanos += subject.nanos(1);
                long _ = ring.skip();
            }
            return nanos;
        }
    }
}
