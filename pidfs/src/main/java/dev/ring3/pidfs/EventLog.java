package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Lines for everybody who has {@code events} open, each from when he opened it. */
final class EventLog {
    /** What a slow reader may leave unread; then the oldest lines go, and {@code lost} says how many. */
    static final int LINES_MAX = 4096;

    private final List<Reader> readers = new CopyOnWriteArrayList<>();

    void add(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        readers.forEach(reader -> reader.add(bytes));
    }

    Reader open() {
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    /** What one of them has not read. */
    final class Reader implements AutoCloseable {
        // Guarded by this object's monitor.
        private final Deque<byte[]> lines = new ArrayDeque<>();
        private int readOfFirst;
        private long lost;
        private @Nullable Runnable onChange;

        private void add(byte[] line) {
            Runnable told;
            synchronized (this) {
                if (lines.size() == LINES_MAX) {
                    // Not the first, of which a part may have been read.
                    byte[] first = lines.removeFirst();
                    lines.removeFirst();
                    lines.addFirst(first);
                    lost++;
                }
                lines.addLast(line);
                told = onChange;
                onChange = null;
            }
            if (told != null) {
                told.run();
            }
        }

        /** Whether there is something; calls back when there is something new. */
        synchronized boolean isReadable(@Nullable Runnable callback) {
            if (callback != null) {
                onChange = callback;
            }
            return !lines.isEmpty() || lost > 0;
        }

        /** Takes what there is, up to the room; 0 if there is nothing. */
        synchronized long read(MemorySegment into) {
            long done = 0;
            while (done < into.byteSize() && !lines.isEmpty()) {
                byte[] line = lines.getFirst();
                int length = (int) Math.min(line.length - readOfFirst, into.byteSize() - done);
                MemorySegment.copy(line, readOfFirst, into, ValueLayout.JAVA_BYTE, done, length);
                done += length;
                readOfFirst += length;
                if (readOfFirst == line.length) {
                    lines.removeFirst();
                    readOfFirst = 0;
                    if (lost > 0) {
                        lines.addFirst("lost\t%d\n".formatted(lost).getBytes(UTF_8));
                        lost = 0;
                    }
                }
            }
            return done;
        }

        @Override
        public void close() {
            readers.remove(this);
        }
    }
}
