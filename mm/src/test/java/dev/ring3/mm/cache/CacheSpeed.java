package dev.ring3.mm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.FrameAllocator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How fast it is, as CPU time of the calling thread for each operation, beside {@code pread(2)}, {@link FileChannel} and a
 * mapped segment over the same file of 1 GiB. Not one of the tests that run by themselves: {@code docs/page-cache.md} has
 * the command and the figures. Rounds of all candidates are interleaved; median, smallest and largest are printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheSpeed {
    private static final long FILE_BYTES = 1L << 30;
    private static final int ROUNDS = 7;
    private static final int WARM_UP_ROUNDS = 3;

    /** Nanoseconds on a CPU come first ({@code Documentation/scheduler/sched-stats.rst}). */
    private static final Path SCHEDULER_STATISTICS = Path.of("/proc/thread-self/schedstat");

    private final Arena arena = Arena.ofShared();
    private final Path path;
    private final FileChannel channel;
    private final MemorySegment mapped;
    private final NativeFile nativeFile;
    private final FrameAllocator allocator = FrameAllocator.create(FILE_BYTES * 5 / 2);
    private final PageCache cache = PageCache.create(
            allocator,
            CacheOptions.forFrames(allocator.frameCount())
                    .withDirtyFrames(allocator.frameCount(), allocator.frameCount() - 1));
    private final AddressSpace small;
    private final AddressSpace large;
    private long sink; // lock: this

    private interface Operation {
        long run(long offset, MemorySegment memory, ByteBuffer buffer) throws IOException;
    }

    CacheSpeed() throws IOException {
        path = Files.createTempFile("ring3-speed", ".dat");
        try (FileChannel writing = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
            SplittableRandom random = new SplittableRandom(1);
            for (long at = 0; at < FILE_BYTES; at += piece.capacity()) {
                piece.clear();
                piece.asLongBuffer().put(0, random.longs(piece.capacity() / 8).toArray());
                while (piece.hasRemaining()) {
                    int _ = writing.write(piece);
                }
            }
        }
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES, arena);
        nativeFile = new NativeFile(path, arena);
        small = cache.open(new ChannelBacking(channel), FILE_BYTES);
        large = cache.open(new ChannelBacking(channel), FILE_BYTES);
    }

    @BeforeAll
    void bringIn() throws IOException {
        MemorySegment page = arena.allocate(PageTable.PAGE_BYTES);
        MemorySegment piece = arena.allocate(4 << 20);
        long pages = FILE_BYTES / PageTable.PAGE_BYTES;
        for (long i = 0; i < pages; i++) {
            long number = i * 99_991 % pages; // prime: each page once, none beside the one before
            assertThat(small.read(number * PageTable.PAGE_BYTES, page)).isEqualTo(PageTable.PAGE_BYTES);
        }
        for (long at = 0; at < FILE_BYTES; at += piece.byteSize()) {
            assertThat(large.read(at, piece)).isEqualTo(piece.byteSize());
        }
        requireResident();
        System.out.printf("folios of the second file: %s%n", folioSizes(large));
    }

    @AfterAll
    void end() throws IOException {
        requireResident();
        System.out.printf("%s%nsink %d%n", cache.statistics().hits(), sink);
        small.discard();
        large.discard();
        cache.close();
        allocator.close();
        nativeFile.close();
        channel.close();
        arena.close();
        Files.delete(path);
    }

    private void requireResident() {
        assertThat(mapped.isLoaded()).as("the host's pages, by mincore(2)").isTrue();
        assertThat(small.residentBytes()).isEqualTo(FILE_BYTES);
        assertThat(large.residentBytes()).isEqualTo(FILE_BYTES);
    }

    private static Map<Integer, Long> folioSizes(AddressSpace file) {
        Map<Integer, Long> bytes = new LinkedHashMap<>();
        file.residency(0, FILE_BYTES).forEach(range -> bytes.merge(range.folioBytes(), range.length(), Long::sum));
        return bytes;
    }

    @Test
    void reads() throws IOException {
        System.out.printf("%-28s %s%n", "CPU ns per read", "median (least-most)");
        readCase("512 B, hot 1 MiB", 512, 1 << 20, 1_000_000);
        readCase("512 B, one hot page", 512, PageTable.PAGE_BYTES, 1_000_000);
        readCase("512 B, random over 1 GiB", 512, FILE_BYTES, 1_000_000);
        readCase("4 KiB, hot 1 MiB", 4096, 1 << 20, 500_000);
        readCase("4 KiB, random over 1 GiB", 4096, FILE_BYTES, 400_000);
        readCase("64 KiB, random over 1 GiB", 65536, FILE_BYTES, 40_000);
    }

    private void readCase(String name, int bytes, long span, int operations) throws IOException {
        Map<String, Operation> candidates = new LinkedHashMap<>();
        candidates.put("ring3, 4 KiB folios", (offset, memory, _) -> small.read(offset, memory));
        candidates.put("ring3, large folios", (offset, memory, _) -> large.read(offset, memory));
        candidates.put("pread", (offset, memory, _) -> nativeFile.read(offset, memory));
        candidates.put("FileChannel", (offset, _, buffer) -> channel.read(buffer.clear(), offset));
        candidates.put("mapped segment", (offset, memory, _) -> {
            MemorySegment.copy(mapped, offset, memory, 0, bytes);
            return bytes;
        });
        measure(name, bytes, span, operations, candidates);
    }

    @Test
    void overwrites() throws IOException {
        Map<String, Operation> candidates = new LinkedHashMap<>();
        candidates.put("ring3", (offset, memory, _) -> small.write(offset, memory));
        candidates.put("pwrite", (offset, memory, _) -> nativeFile.write(offset, memory));
        candidates.put("FileChannel", (offset, _, buffer) -> channel.write(buffer.clear(), offset));
        System.out.printf("%-28s %s%n", "CPU ns per overwrite", "median (least-most)");
        measure("512 B, hot 1 MiB", 512, 1 << 20, 300_000, candidates);
        measure("4 KiB, hot 1 MiB", 4096, 1 << 20, 200_000, candidates);
    }

    @Test
    void threads() throws Exception {
        System.out.printf("CPU ns per 512 B operation of one thread, and of each of two:%n");
        Operation read = (offset, memory, _) -> small.read(offset, memory);
        Operation mappedRead = (offset, memory, _) -> {
            MemorySegment.copy(mapped, offset, memory, 0, memory.byteSize());
            return memory.byteSize();
        };
        Operation write = (offset, memory, _) -> small.write(offset, memory);
        twoThreads("read, random over 1 GiB", FILE_BYTES, false, read);
        twoThreads("read, one hot page", PageTable.PAGE_BYTES, false, read);
        twoThreads("the same, mapped segment (a control)", PageTable.PAGE_BYTES, false, mappedRead);
        twoThreads("overwrite, disjoint halves of 2 MiB", 2 << 20, true, write);
    }

    private void twoThreads(String name, long span, boolean halves, Operation operation) throws Exception {
        double[] one = new double[ROUNDS];
        double[] two = new double[ROUNDS];
        double[] ratio = new double[ROUNDS];
        double[] gain = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            Shared alone = new Shared(1, span, halves, operation);
            Shared both = new Shared(2, span, halves, operation);
            if (round >= 0) {
                one[round] = alone.cpuNanos;
                two[round] = both.cpuNanos;
                ratio[round] = both.cpuNanos / alone.cpuNanos;
                gain[round] = both.operationsPerSecond / alone.operationsPerSecond;
            }
        }
        System.out.printf(
                "  %-40s %s, %s, times %s, throughput times %s%n",
                name, spread(one), spread(two), spread2(ratio), spread2(gain));
    }

    /** So many threads at once, each with a part of the span or all with the whole. */
    private final class Shared {
        private static final int OPERATIONS = 1_000_000;

        private final double cpuNanos;
        private final double operationsPerSecond;

        private Shared(int threads, long span, boolean halves, Operation operation) throws Exception {
            double[] cpu = new double[threads];
            List<Thread> running = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                running.add(Thread.ofPlatform().start(() -> {
                    long base = halves ? span / 2 * thread : 0;
                    cpu[thread] = nanosPerOperation(
                            (offset, memory, buffer) -> operation.run(base + offset, memory, buffer),
                            512,
                            halves ? span / 2 : span,
                            OPERATIONS,
                            thread);
                }));
            }
            for (Thread thread : running) {
                thread.join();
            }
            this.cpuNanos = Arrays.stream(cpu).average().orElseThrow();
            operationsPerSecond = 1e9 * threads * OPERATIONS / (System.nanoTime() - start);
        }
    }

    private void measure(String name, int bytes, long span, int operations, Map<String, Operation> candidates)
            throws IOException {
        Map<String, double[]> results = new LinkedHashMap<>();
        candidates.keySet().forEach(candidate -> results.put(candidate, new double[ROUNDS]));
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (Map.Entry<String, Operation> candidate : candidates.entrySet()) {
                boolean slow =
                        candidate.getKey().startsWith("p") || candidate.getKey().startsWith("F");
                int times = slow ? operations / 5 : operations;
                double nanos = nanosPerOperation(candidate.getValue(), bytes, span, times, round);
                if (round >= 0) {
                    Objects.requireNonNull(results.get(candidate.getKey()))[round] = nanos;
                }
            }
        }
        System.out.println(name);
        results.forEach((candidate, nanos) -> System.out.printf("  %-26s %s%n", candidate, spread(nanos)));
    }

    private double nanosPerOperation(Operation operation, int bytes, long span, int operations, int seed) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment memory = own.allocate(bytes, 64);
            ByteBuffer buffer = memory.asByteBuffer();
            long slots = span / bytes;
            long state = seed * 0x9E3779B97F4A7C15L + 88172645463325252L;
            long sum = 0; // a field would be written by all threads, and that is what would be measured
            long start = cpuNanos();
            for (int i = 0; i < operations; i++) {
                state ^= state << 13;
                state ^= state >>> 7;
                state ^= state << 17;
                sum += operation.run((state & (slots - 1)) * bytes, memory, buffer);
                sum += memory.get(ValueLayout.JAVA_BYTE, 0);
            }
            double nanos = 1.0 * (cpuNanos() - start) / operations;
            synchronized (this) {
                sink += sum;
            }
            return nanos;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long cpuNanos() throws IOException {
        String statistics = Files.readString(SCHEDULER_STATISTICS);
        return Long.parseLong(statistics.substring(0, statistics.indexOf(' ')));
    }

    private static String spread(double[] values) {
        return spread("%.1f (%.1f-%.1f)", values);
    }

    private static String spread2(double[] values) {
        return spread("%.2f (%.2f-%.2f)", values);
    }

    private static String spread(String form, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, form, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    @Test
    void uncachedStream() throws IOException {
        new UncachedSpeed(arena).run();
    }
}
