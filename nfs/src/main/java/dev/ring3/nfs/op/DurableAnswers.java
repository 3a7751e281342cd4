package dev.ring3.nfs.op;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.LateAnswer;
import dev.ring3.nfs.state.AnswerKeeper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sends answers when the changes that they tell of are durable. One sync is for all answers that wait; those that come
 * meanwhile share the next one, which follows at once, and no thread sleeps for each. How many wait is bounded by what
 * connections may have in flight.
 */
final class DurableAnswers {
    /**
     * Where in an answer is said what failed, if the sync does.
     *
     * @param statusAt the status of the first operation whose change has to be durable
     * @param index its number in the COMPOUND
     * @param extraBytes what it says with a failure, all of it zeros
     */
    record Failure(int statusAt, int index, int extraBytes) {}

    /**
     * An answer.
     *
     * @param node in the tree that changed
     * @param start where in the record the COMPOUND's status is
     * @param countAt where in the record it is said how many operations were done
     * @param keeper what keeps it, if something does
     * @param bytesMax the longest answer that is kept
     */
    record Waiting(
            LateAnswer answer,
            NodeId node,
            int start,
            int countAt,
            Failure failure,
            @Nullable AnswerKeeper keeper,
            int bytesMax) {}

    private final Vfs vfs;
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    // Of that thread.
    private final List<Waiting> batch = new ArrayList<>();
    private boolean ended;

    DurableAnswers(Vfs vfs) {
        this.vfs = vfs;
        this.thread = Thread.ofPlatform().name("nfs-durable").daemon(true).start(this::run);
    }

    void add(Waiting waiting) {
        queue.add(() -> batch.add(waiting));
    }

    private void run() {
        List<Runnable> taken = new ArrayList<>();
        try {
            while (!ended) {
                taken.add(queue.take());
                queue.drainTo(taken);
                taken.forEach(Runnable::run);
                taken.clear();
                sendBatch();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendBatch() {
        if (batch.isEmpty()) {
            return;
        }
        NfsStatus status = sync(batch.getFirst().node());
        for (Waiting waiting : batch) {
            if (status != NfsStatus.OK) {
                fail(waiting, status);
            }
            AnswerKeeper keeper = waiting.keeper();
            if (keeper != null) {
                keeper.end(results(waiting));
            }
            waiting.answer().send();
        }
        batch.clear();
    }

    /** All exports are of one volume, whose changes so far one sync makes durable. */
    private NfsStatus sync(NodeId node) {
        try {
            vfs.files().syncMetadata(node);
            return NfsStatus.OK;
        } catch (FsException e) {
            return Compounds.statusOf(e);
        }
    }

    private static void fail(Waiting waiting, NfsStatus status) {
        ByteBuffer record = waiting.answer().record();
        Failure failure = waiting.failure();
        int end = failure.statusAt() + Integer.BYTES + failure.extraBytes();
        record.putInt(waiting.start(), status.number());
        record.putInt(waiting.countAt(), failure.index() + 1);
        record.putInt(failure.statusAt(), status.number());
        for (int at = failure.statusAt() + Integer.BYTES; at < end; at += Integer.BYTES) {
            record.putInt(at, 0);
        }
        record.limit(end);
    }

    private static byte @Nullable [] results(Waiting waiting) {
        ByteBuffer record = waiting.answer().record();
        if (record.limit() - waiting.start() > waiting.bytesMax()) {
            return null;
        }
        byte[] results = new byte[record.limit() - waiting.start()];
        record.get(waiting.start(), results);
        return results;
    }

    /** Sends what still waits; nothing is added any more. */
    void close() {
        queue.add(() -> ended = true);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
