package dev.ring3.server.api;

import dev.ring3.server.http.Chunks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A body that something else writes as a stream, on a thread of its own, which begins with the first look. */
final class SendChunks implements Chunks {
    private final BytePipe pipe = new BytePipe();
    private final Consumer<OutputStream> writer;
    private @Nullable Thread thread;
    private volatile @Nullable RuntimeException failure;

    SendChunks(Consumer<OutputStream> writer) {
        this.writer = writer;
    }

    private void write() {
        boolean done = false;
        try {
            writer.accept(pipe.output());
            pipe.end();
            done = true;
        } catch (UncheckedIOException | IOException _) {
            // whoever read it has gone
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            if (!done) {
                pipe.giveUp();
            }
        }
    }

    @Override
    public byte @Nullable [] next() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("ring3-send").start(this::write);
        }
        try {
            return pipe.take();
        } catch (IOException e) {
            RuntimeException cause = failure;
            throw cause != null ? cause : new UncheckedIOException(e);
        }
    }

    /** The writer ends soon, and lets go of what it sends. */
    @Override
    public void close() {
        pipe.stopReading();
        Thread writing = thread;
        if (writing != null) {
            Threads.join(writing);
        }
    }
}
