package dev.ring3.mm.cache;

import dev.ring3.mm.FrameAllocator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A sequential write of 512 MiB in pieces of 1 MiB: UNCACHED over a file opened with O_DIRECT, and O_DIRECT itself. */
final class UncachedSpeed {
    private static final long STREAM_BYTES = 512L << 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int ROUNDS = 7;

    private final Arena arena;
    private final MemorySegment piece;

    UncachedSpeed(Arena arena) {
        this.arena = arena;
        this.piece = arena.allocate(PIECE_BYTES, 4096).fill((byte) 7);
    }

    private record Run(double mebibytesPerSecond, long footprintBytes, LatencySnapshot latency) {}

    private interface Writer {
        void write(long offset, MemorySegment from) throws IOException;
    }

    void run() throws IOException {
        Run[] direct = new Run[ROUNDS];
        Run[] uncached = new Run[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            direct[round] = direct();
            uncached[round] = uncached();
        }
        print("O_DIRECT", direct);
        print("UNCACHED", uncached);
    }

    private static void print(String name, Run[] runs) {
        Arrays.sort(runs, (a, b) -> Double.compare(a.mebibytesPerSecond, b.mebibytesPerSecond));
        Run median = runs[runs.length / 2];
        System.out.printf(
                "%s: %.0f MiB/s (%.0f-%.0f), footprint at most %.1f MiB, a piece %.2f ms, 99.9 %% at most %.2f ms%n",
                name,
                median.mebibytesPerSecond,
                runs[0].mebibytesPerSecond,
                runs[runs.length - 1].mebibytesPerSecond,
                Arrays.stream(runs).mapToLong(Run::footprintBytes).max().orElseThrow() / 1048576.0,
                median.latency.percentileNanos(50) / 1e6,
                median.latency.percentileNanos(99.9) / 1e6);
    }

    private Run direct() throws IOException {
        Path path = Files.createTempFile("ring3-direct", ".dat");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
                NativeFile file = NativeFile.direct(path, arena)) {
            return stream(
                    (offset, from) -> {
                        long _ = file.write(offset, from);
                    },
                    () -> channel.force(false),
                    () -> 0);
        } finally {
            Files.delete(path);
        }
    }

    private Run uncached() throws IOException {
        Path path = Files.createTempFile("ring3-uncached", ".dat");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
                NativeFile nativeFile = NativeFile.direct(path, arena);
                FrameAllocator allocator = FrameAllocator.create(256L << 20);
                PageCache cache = PageCache.create(allocator)) {
            AddressSpace file = cache.open(new Growing(nativeFile), 0);
            Run run = stream(
                    (offset, from) -> {
                        long _ = file.write(offset, from, IoMode.UNCACHED);
                    },
                    () -> {
                        file.sync(file.errorCursor());
                        channel.force(false);
                    },
                    () -> cache.statistics().heldFrames() * PageTable.PAGE_BYTES);
            file.close();
            return run;
        } finally {
            Files.delete(path);
        }
    }

    private interface Ending {
        void run() throws IOException;
    }

    private interface Footprint {
        long bytes();
    }

    private Run stream(Writer writer, Ending ending, Footprint footprint) throws IOException {
        LatencyHistogram latency = new LatencyHistogram();
        long most = 0;
        long start = System.nanoTime();
        for (long offset = 0; offset < STREAM_BYTES; offset += PIECE_BYTES) {
            long before = System.nanoTime();
            writer.write(offset, piece);
            latency.record(System.nanoTime() - before);
            most = Math.max(most, footprint.bytes());
        }
        ending.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Run(STREAM_BYTES / 1048576.0 / seconds, most, latency.snapshot());
    }

    /** A file that is only written, whole pages at a time. */
    private record Growing(NativeFile file) implements Backing {
        @Override
        public long fill(long offset, MemorySegment into) {
            return 0;
        }

        @Override
        public long writeback(WritebackBatch batch) throws IOException {
            long offset = batch.offset();
            for (MemorySegment piece : batch.pieces()) {
                offset += file.write(offset, piece);
            }
            return batch.length();
        }

        @Override
        public void writeDirect(long offset, MemorySegment from) throws IOException {
            long _ = file.write(offset, from);
        }

        @Override
        public void resize(long size) {}

        @Override
        public void punch(long offset, long length) {}
    }
}
