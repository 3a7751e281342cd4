package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Rounds;
import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BloomFilterMap;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.HashTableMap;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.LocalStorageMap;
import dev.ring3.bpf.LpmTrieMap;
import dev.ring3.bpf.MapFlags;
import dev.ring3.bpf.MapOfMaps;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.PerCpuArrayMap;
import dev.ring3.bpf.ProgramArray;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.QueueMap;
import dev.ring3.bpf.RingBuffer;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.UpdateMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Measures what one can do with maps of a kind, by one thread, and by several that do the same to one map. */
final class MapWorker {
    private static final byte[] PACKET = new byte[64];

    private final MapKind kind;
    private final Engine engine;
    private final int threads;

    MapWorker(MapKind kind, Engine engine, int threads) {
        this.kind = kind;
        this.engine = engine;
        this.threads = threads;
    }

    /** A line for each operation, number of threads and round. */
    List<String> measure(WorkerMain.Times times) {
        List<String> lines = new ArrayList<>();
        for (MapOperation operation : kind.operations()) {
            Function<BpfCode, Subject> loader = engine == Engine.KERNEL ? inKernel() : inRing3();
            String map = engine == Engine.KERNEL ? kernelMapName : "map_by_idx(0)";
            if (kind.operations().contains(MapOperation.UPDATE)) {
                loader.apply(MapOperation.fill(map)).run(1);
            } else if (kind.keys().arePrefixes()) {
                putPrefixes(
                        times.warmUpMillis() < SHORT_MILLIS
                                ? Math.min(SHORT_PREFIXES, kind.keys().count())
                                : kind.keys().count());
            }
            for (int count : threads > 1 ? List.of(1, threads) : List.of(1)) {
                Subject work = together(IntStream.range(0, count)
                        .mapToObj(_ -> loader.apply(operation.code(kind.keys(), map)))
                        .toList());
                Rounds rounds = new Rounds(
                        List.of(work, loader.apply(operation.baseline(kind.keys(), map))), times.batchMillis());
                rounds.warmUp(times.warmUpMillis());
                for (Rounds.Round round : rounds.take(times.rounds())) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "%s %d %.4f %.4f",
                            operation.id(),
                            count,
                            round.nanos().get(0) / operation.turns(),
                            round.nanos().get(1) / operation.turns()));
                }
            }
        }
        return lines;
    }

    private static final double SHORT_MILLIS = 400;
    private static final int SHORT_PREFIXES = 1 << 12; // where nothing is measured well, few will do
    private static final int PREFIX_BITS_MIN = 20;

    private String kernelMapName = "";
    private BiConsumer<byte[], byte[]> put = (_, _) -> {};

    /** As many prefixes, the same each time. */
    private void putPrefixes(int count) {
        SplittableRandom random = new SplittableRandom(count);
        Set<Long> known = new HashSet<>();
        byte[] value = new byte[MapKind.VALUE_BYTES];
        while (known.size() < count) {
            int bits = PREFIX_BITS_MIN + random.nextInt(Integer.SIZE + 1 - PREFIX_BITS_MIN);
            int prefix = random.nextInt() & (-1 << (Integer.SIZE - bits));
            if (known.add((long) bits << Integer.SIZE | Integer.toUnsignedLong(prefix))) {
                ByteBuffer key = ByteBuffer.allocate(Long.BYTES);
                key.order(ByteOrder.nativeOrder()).putInt(bits);
                key.order(ByteOrder.BIG_ENDIAN).putInt(prefix);
                put.accept(key.array(), value);
            }
        }
    }

    private Function<BpfCode, Subject> inKernel() {
        KernelMap map = KernelBpf.open()
                .createMap(new MapSpec(
                        kind.kernel().orElseThrow(),
                        kind.keyBytes(),
                        MapKind.VALUE_BYTES,
                        kind.keys().count(),
                        kind.keys().arePrefixes() ? MapFlags.NO_PREALLOC : 0,
                        "ring3_bench"));
        put = (key, value) -> map.update(key, value, UpdateMode.ANY);
        kernelMapName = "map_by_fd(%d)".formatted(map.descriptor());
        return code -> KernelSubject.of(code, PACKET);
    }

    private Function<BpfCode, Subject> inRing3() {
        BpfRuntime runtime = Ring3Subject.runtime(engine);
        BpfMap map = kind.make(runtime);
        prepare(runtime, map);
        Bindings bindings = new Bindings(Map.of(), List.of(map), Map.of());
        return code -> {
            ProgramType type = map instanceof ProgramArray ? KernelProgramTypes.XDP : ProgramTypes.MEMORY;
            BpfProgram program = runtime.program("measured", code, type, bindings);
            Invocation invocation = program.newInvocation();
            if (map instanceof ProgramArray programs && programs.get(0) == null) {
                programs.set(0, program); // itself: a chain as long as chains may be
            }
            return times -> {
                long result = 0;
                for (long i = 0; i < times; i++) {
                    result = invocation.run();
                    if (map instanceof RingBuffer ring) {
                        int _ = ring.consume(_ -> {});
                    }
                }
                return result;
            };
        };
    }

    /** Puts in what has to be there, or says how. */
    private void prepare(BpfRuntime runtime, BpfMap map) {
        switch (map) {
            case MapOfMaps outer -> {
                BpfMap inner = MapKind.inner(runtime);
                for (long i = 0; i < kind.keys().count(); i++) {
                    outer.put(Codec.ofBytes(kind.keyBytes()), key(i), inner);
                }
            }
            case RingBuffer _, ProgramArray _ -> {} // programs put into the one, and are put into the other
            case ArrayMap _,
                    BloomFilterMap _,
                    HashTableMap _,
                    LocalStorageMap _,
                    LpmTrieMap _,
                    PerCpuArrayMap _,
                    QueueMap _ -> {
                MapView<byte[], byte[]> view =
                        MapView.of(map, Codec.ofBytes(kind.keyBytes()), Codec.ofBytes(MapKind.VALUE_BYTES));
                put = view::put;
            }
        }
    }

    private byte[] key(long number) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        return Arrays.copyOf(bytes, kind.keyBytes());
    }

    /** All of them at the same time, the first by the caller's thread; it takes as long as the slowest. */
    private static Subject together(List<Subject> subjects) {
        if (subjects.size() == 1) {
            return subjects.getFirst();
        }
        return times -> {
            List<Thread> others = subjects.stream()
                    .skip(1)
                    .map(subject -> Thread.ofPlatform().start(() -> subject.run(times)))
                    .toList();
            long result = subjects.getFirst().run(times);
            for (Thread other : others) {
                join(other);
            }
            return result;
        };
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }
}
