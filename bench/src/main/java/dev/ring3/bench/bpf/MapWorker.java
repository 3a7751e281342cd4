package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Rounds;
import dev.ring3.bench.measure.Subject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Measures what one can do with maps of a kind, by one thread, and by several that do the same to one map. */
final class MapWorker {
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
            MapSite site = MapSite.of(kind, engine);
            String map = site.reference();
            if (kind.operations().contains(MapOperation.UPDATE)) {
                site.load(MapOperation.fill(map)).run(1);
            } else if (kind.keys().arePrefixes()) {
                putPrefixes(
                        site,
                        times.warmUpMillis() < SHORT_MILLIS
                                ? Math.min(SHORT_PREFIXES, kind.keys().count())
                                : kind.keys().count());
            }
            for (int count : threads > 1 ? List.of(1, threads) : List.of(1)) {
                Subject work = together(IntStream.range(0, count)
                        .mapToObj(_ -> site.load(operation.code(kind.keys(), map)))
                        .toList());
                Rounds rounds =
                        new Rounds(List.of(work, site.load(operation.baseline(kind.keys(), map))), times.batchMillis());
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

    /** As many prefixes, the same each time. */
    private static void putPrefixes(MapSite site, int count) {
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
                site.put(key.array(), value);
            }
        }
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
