package dev.ring3.it.crash;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A disk that remembers what was done to it, and when somebody was told that something is durable. Thread-safe. */
final class BlockLog {
    static final int SECTOR_BYTES = 512;
    private static final int BLOCK_BYTES = 4096;

    /** What happened, in order. */
    sealed interface Entry {}

    /** A write that has returned when what follows was begun. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Write(long offset, byte[] bytes) implements Entry {}

    /** Everything before is durable when it returns. */
    record Flush() implements Entry {}

    /** What whoever uses the disk knows at this moment. */
    record Mark(int begun, int durable) implements Entry {}

    /** What a cut does to writes since the last flush. */
    enum Loss {
        NOTHING,
        EVERYTHING,
        /** Each write is there or not. */
        SOME,
        /** Each sector is. */
        TORN
    }

    /** Blocks by number; what is not there is zeros. Copies share blocks, so what a block holds is never changed. */
    static final class Image {
        private static final byte[] ZEROS = new byte[BLOCK_BYTES];

        private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

        private void write(long offset, byte[] bytes, int from, int to) {
            int at = from;
            while (at < to) {
                long position = offset + at;
                int within = (int) (position % BLOCK_BYTES);
                int length = Math.min(to - at, BLOCK_BYTES - within);
                byte[] block =
                        blocks.getOrDefault(position / BLOCK_BYTES, ZEROS).clone();
                System.arraycopy(bytes, at, block, within, length);
                blocks.put(position / BLOCK_BYTES, Arrays.equals(block, ZEROS) ? ZEROS : block);
                at += length;
            }
        }

        private void write(Write write) {
            write(write.offset, write.bytes, 0, write.bytes.length);
        }

        /** Makes a file of it. */
        void save(Path file, long sizeBytes) throws IOException {
            try (FileChannel out = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
                    if (!Arrays.equals(block.getValue(), ZEROS)) {
                        out.write(ByteBuffer.wrap(block.getValue()), block.getKey() * BLOCK_BYTES);
                    }
                }
                if (out.size() < sizeBytes) {
                    out.write(ByteBuffer.wrap(new byte[1]), sizeBytes - 1);
                }
            }
        }

        private Image copy() {
            Image copy = new Image();
            copy.blocks.putAll(blocks);
            return copy;
        }
    }

    private final long sizeBytes;
    private final List<Entry> entries = new ArrayList<>(); // guarded by this
    private final Image now = new Image(); // guarded by this

    BlockLog(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    synchronized void write(long offset, MemorySegment from) {
        Write write = new Write(offset, from.toArray(ValueLayout.JAVA_BYTE));
        entries.add(write);
        now.write(write);
    }

    synchronized void read(long offset, MemorySegment into) {
        long at = 0;
        while (at < into.byteSize()) {
            long position = offset + at;
            int within = (int) (position % BLOCK_BYTES);
            int length = (int) Math.min(into.byteSize() - at, BLOCK_BYTES - within);
            byte[] block = now.blocks.getOrDefault(position / BLOCK_BYTES, new byte[BLOCK_BYTES]);
            MemorySegment.copy(block, within, into, ValueLayout.JAVA_BYTE, at, length);
            at += length;
        }
    }

    synchronized void flush() {
        entries.add(new Flush());
    }

    synchronized void mark(Mark mark) {
        entries.add(mark);
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What cuts leave, for moments that come one after the other. For one thread. */
    static final class Replay {
        private final List<Entry> entries;
        private final Image durable = new Image();
        private int flushed;

        Replay(List<Entry> entries) {
            this.entries = entries;
        }

        /** What is known at a moment: the last mark before it. */
        Mark mark(int moment) {
            for (int at = moment - 1; at >= 0; at--) {
                if (entries.get(at) instanceof Mark mark) {
                    return mark;
                }
            }
            return new Mark(0, 0);
        }

        /**
         * The disk after a cut.
         *
         * @param moment how many entries came before; not less than the last time
         */
        Image cut(int moment, Loss loss, Random random) {
            int last = flushed;
            for (int at = flushed; at < moment; at++) {
                if (entries.get(at) instanceof Flush) {
                    last = at + 1;
                }
            }
            for (Entry entry : entries.subList(flushed, last)) {
                if (entry instanceof Write write) {
                    durable.write(write);
                }
            }
            flushed = last;
            Image left = durable.copy();
            for (Entry entry : entries.subList(flushed, moment)) {
                if (entry instanceof Write write) {
                    add(left, write, loss, random);
                }
            }
            return left;
        }

        private static void add(Image image, Write write, Loss loss, Random random) {
            boolean kept = loss == Loss.NOTHING || (loss == Loss.SOME && random.nextBoolean());
            if (kept) {
                image.write(write);
            } else if (loss == Loss.TORN) {
                for (int from = 0; from < write.bytes.length; from += SECTOR_BYTES) {
                    if (random.nextBoolean()) {
                        image.write(write.offset, write.bytes, from, Math.min(write.bytes.length, from + SECTOR_BYTES));
                    }
                }
            }
        }
    }
}
