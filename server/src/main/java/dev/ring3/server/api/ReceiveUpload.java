package dev.ring3.server.api;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Upload;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream that something else reads, on a thread of its own. */
final class ReceiveUpload implements Upload {
    private final VolumePaths paths;
    private final BytePipe pipe = new BytePipe();
    private final Function<InputStream, SubvolumeId> reader;
    private final Thread thread;
    private volatile @Nullable SubvolumeId made;
    private volatile @Nullable RuntimeException failure;

    ReceiveUpload(VolumePaths paths, Function<InputStream, SubvolumeId> reader) {
        this.paths = paths;
        this.reader = reader;
        this.thread = Thread.ofPlatform().daemon().name("ring3-receive").start(this::read);
    }

    private void read() {
        try {
            made = reader.apply(pipe.input());
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            pipe.stopReading();
        }
    }

    @Override
    public void accept(byte[] piece) {
        try {
            if (piece.length > 0) {
                pipe.put(piece);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** What the reader says is wrong, which tells more; or that something is behind the end of the stream. */
    private RuntimeException failed(IOException e) {
        Threads.join(thread);
        RuntimeException cause = failure;
        return cause != null ? cause : new UncheckedIOException(e);
    }

    @Override
    public Response end() {
        try {
            pipe.end();
        } catch (IOException _) {
            // it has seen the end of the stream, or failed
        }
        Threads.join(thread);
        RuntimeException cause = failure;
        SubvolumeId id = made;
        if (cause != null) {
            throw cause;
        }
        if (id == null) {
            throw new IllegalStateException("nothing was received, and nothing failed");
        }
        return Response.created(new JsonObject().put("id", id.value()).put("path", paths.path(id)));
    }

    /** What has come stays. */
    @Override
    public void abort() {
        pipe.giveUp();
        Threads.join(thread);
    }
}
