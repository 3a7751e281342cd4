package dev.ring3.mm.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A file in an array, whose calls can be looked at, held up and made to fail. Two calls that must not overlap are an
 * {@link AssertionError}.
 */
final class FakeBacking implements Backing {
    /** What happens before a call does its work. */
    @FunctionalInterface
    interface Hook {
        void before(Call call) throws IOException;
    }

    enum Kind {
        FILL,
        WRITEBACK,
        READ_DIRECT,
        WRITE_DIRECT,
        RESIZE,
        PUNCH;

        private boolean changes() {
            return this != FILL && this != READ_DIRECT;
        }
    }

    record Call(Kind kind, long offset, long length) {
        private boolean conflictsWith(Call other) {
            return (kind.changes() || other.kind.changes())
                    && offset < other.offset + other.length
                    && other.offset < offset + length;
        }
    }

    private final List<Call> running = new ArrayList<>(); // this
    private final List<Call> calls = new ArrayList<>(); // this
    private final AtomicReference<@Nullable String> overlap = new AtomicReference<>();
    private byte[] content = new byte[0]; // this
    private volatile Hook hook = _ -> {};
    private volatile int fillBytesMax = Integer.MAX_VALUE;
    private volatile int writebackBytesMax = Integer.MAX_VALUE;
    private volatile boolean recording = true;

    static FakeBacking of(byte[] content) {
        FakeBacking backing = new FakeBacking();
        backing.content = content.clone();
        return backing;
    }

    void before(Hook newHook) {
        hook = newHook;
    }

    void fillAtMost(int bytes) {
        fillBytesMax = bytes;
    }

    void writeBackAtMost(int bytes) {
        writebackBytesMax = bytes;
    }

    /** For runs of millions of calls. */
    void stopRecording() {
        recording = false;
    }

    synchronized byte[] content() {
        return content.clone();
    }

    synchronized List<Call> calls(Kind kind) {
        return calls.stream().filter(call -> call.kind() == kind).toList();
    }

    /** Two calls that overlapped and must not; null if there were none. */
    @Nullable
    String overlap() {
        return overlap.get();
    }

    @Override
    public long fill(long offset, MemorySegment into) throws IOException {
        return read(new Call(Kind.FILL, offset, into.byteSize()), into, fillBytesMax);
    }

    @Override
    public long readDirect(long offset, MemorySegment into) throws IOException {
        return read(new Call(Kind.READ_DIRECT, offset, into.byteSize()), into, fillBytesMax);
    }

    @Override
    public long writeback(WritebackBatch batch) throws IOException {
        Call call = new Call(Kind.WRITEBACK, batch.offset(), batch.length());
        begin(call);
        try {
            byte[] before = copyOf(batch);
            hook.before(call);
            byte[] bytes = copyOf(batch);
            if (!Arrays.equals(before, bytes)) {
                overlap.set("pages changed under writeback: " + call);
            }
            int taken = Math.min(bytes.length, writebackBytesMax);
            put(batch.offset(), bytes, taken);
            return taken;
        } finally {
            end(call);
        }
    }

    @Override
    public void writeDirect(long offset, MemorySegment from) throws IOException {
        Call call = new Call(Kind.WRITE_DIRECT, offset, from.byteSize());
        begin(call);
        try {
            hook.before(call);
            put(offset, from.toArray(ValueLayout.JAVA_BYTE), (int) from.byteSize());
        } finally {
            end(call);
        }
    }

    @Override
    public void resize(long size) throws IOException {
        Call call = new Call(Kind.RESIZE, size, Math.max(0, content().length - size));
        begin(call);
        try {
            hook.before(call);
            synchronized (this) {
                content = Arrays.copyOf(content, Math.toIntExact(size));
            }
        } finally {
            end(call);
        }
    }

    @Override
    public void punch(long offset, long length) throws IOException {
        Call call = new Call(Kind.PUNCH, offset, length);
        begin(call);
        try {
            hook.before(call);
            synchronized (this) {
                int end = (int) Math.min(offset + length, content.length);
                if (offset < end) {
                    Arrays.fill(content, (int) offset, end, (byte) 0);
                }
            }
        } finally {
            end(call);
        }
    }

    private long read(Call call, MemorySegment into, int bytesMax) throws IOException {
        begin(call);
        try {
            hook.before(call);
            synchronized (this) {
                long length = Math.clamp(content.length - call.offset(), 0, Math.min(call.length(), bytesMax));
                MemorySegment.copy(MemorySegment.ofArray(content), length == 0 ? 0 : call.offset(), into, 0, length);
                return length;
            }
        } finally {
            end(call);
        }
    }

    private static byte[] copyOf(WritebackBatch batch) {
        byte[] bytes = new byte[Math.toIntExact(batch.length())];
        int position = 0;
        for (MemorySegment piece : batch.pieces()) {
            MemorySegment.copy(piece, 0, MemorySegment.ofArray(bytes), position, piece.byteSize());
            position += (int) piece.byteSize();
        }
        if (position != bytes.length) {
            throw new AssertionError("pieces of %d bytes in %s".formatted(position, batch));
        }
        return bytes;
    }

    private synchronized void put(long offset, byte[] bytes, int length) {
        if (offset + length > content.length) {
            content = Arrays.copyOf(content, Math.toIntExact(offset + length));
        }
        System.arraycopy(bytes, 0, content, (int) offset, length);
    }

    private synchronized void begin(Call call) {
        for (Call other : running) {
            if (call.conflictsWith(other)) {
                overlap.set(call + " while " + other);
            }
        }
        running.add(call);
        if (recording) {
            calls.add(call);
        }
    }

    private synchronized void end(Call call) {
        running.remove(call);
    }
}
