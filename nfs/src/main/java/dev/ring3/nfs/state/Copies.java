package dev.ring3.nfs.state;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.lang.System.Logger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Copies within the server that go on after COPY was answered: in pieces, on threads of their own, so that they can be
 * asked about and given up, and that the client hears of their end by CB_OFFLOAD.
 */
public final class Copies {
    private static final Logger LOG = System.getLogger(Copies.class.getName());
    private static final int THREADS = 2;
    private static final int QUEUED_MAX = 64;
    private static final long IDLE_SECONDS = 10;

    /** How much is copied between two looks at whether the client still wants it. */
    private static final long PIECE_BYTES = 4 << 20;

    /** What to copy; the two files are the copy's own, and closed at its end. */
    public record Work(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {}

    private final NfsState all;
    private final Map<Long, CopyState> copies = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    Copies(NfsState all) {
        this.all = all;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUED_MAX),
                Thread.ofPlatform().name("nfs-copy-", 0).daemon(true).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Begins a copy; null where too many go on already, and nothing was done.
     *
     * @param handle the target, as the client knows it
     */
    public @Nullable CopyState begin(NfsClient client, Work work, byte[] handle) {
        CopyState copy = new CopyState(
                all.table().newStateid(client), client, work.target().node(), handle, all.writeVerifier());
        copies.put(copy.number(), copy);
        all.table().add(copy);
        try {
            threads.execute(() -> run(copy, work));
            return copy;
        } catch (RejectedExecutionException _) {
            forget(copy);
            return null;
        }
    }

    private void run(CopyState copy, Work work) {
        NfsStatus status;
        try {
            status = copyAll(copy, work);
        } catch (FsException e) {
            status = NfsStatus.of(e.errno());
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a defect of Ring3 in a copy", e);
            status = NfsStatus.SERVERFAULT;
        } finally {
            all.vfs().files().close(work.source());
            all.vfs().files().close(work.target());
        }
        copy.end(status);
        CallbackPath path = copy.client().callbackPath();
        if (path != null && !copy.isCancelled()) {
            Callback end =
                    Callback.offload(copy.handle(), copy.stateid(), status, copy.copiedBytes(), copy.writeVerifier());
            path.call(end, _ -> {}); // who did not hear asks by OFFLOAD_STATUS
        }
    }

    private NfsStatus copyAll(CopyState copy, Work work) {
        long done = 0;
        while (done < work.lengthBytes() && !copy.isCancelled()) {
            long piece = all.vfs()
                    .files()
                    .copyRange(
                            work.caller(),
                            work.source(),
                            work.sourceOffset() + done,
                            work.target(),
                            work.targetOffset() + done,
                            Math.min(PIECE_BYTES, work.lengthBytes() - done));
            if (piece == 0) {
                break; // the source was cut off meanwhile
            }
            done += piece;
            copy.copied(piece);
        }
        return NfsStatus.OK;
    }

    /** OFFLOAD_CANCEL; COMPLETE_ALREADY for a copy that has ended. What was copied so far stays. */
    public void cancel(CopyState copy) {
        if (!copy.cancel()) {
            throw new NfsException(NfsStatus.COMPLETE_ALREADY);
        }
        forget(copy);
    }

    /** FREE_STATEID; LOCKS_HELD for a copy that goes on. */
    void free(CopyState copy) {
        if (copy.status() == null) {
            throw new NfsException(NfsStatus.LOCKS_HELD);
        }
        forget(copy);
    }

    private void forget(CopyState copy) {
        copies.remove(copy.number());
        all.table().remove(copy);
    }

    /** Those of a client. */
    List<CopyState> of(NfsClient client) {
        return copies.values().stream().filter(copy -> copy.client() == client).toList();
    }

    /** Forgets what ended longer than a lease ago. */
    void tick() {
        for (CopyState copy : copies.values()) {
            if (copy.endedBefore(all.lease().toNanos())) {
                forget(copy);
            }
        }
    }

    /** The client is gone. */
    void endAll(NfsClient client) {
        of(client).forEach(this::giveUp);
    }

    /** The client may not write there any more. */
    void giveUp(NfsClient client, NodeId target) {
        of(client).stream().filter(copy -> copy.node().equals(target)).forEach(this::giveUp);
    }

    private void giveUp(CopyState copy) {
        copy.cancel();
        forget(copy);
    }

    /** Gives everything up, and waits until nothing is copied any more. */
    void close() {
        copies.values().forEach(CopyState::cancel);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Logger.Level.WARNING, "a copy does not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
