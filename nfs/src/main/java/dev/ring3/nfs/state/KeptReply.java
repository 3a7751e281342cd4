package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Peer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call of NFSv4.0 that changes something, and its answer once there is one; of a {@link ReplyCache}. */
public final class KeptReply implements AnswerKeeper {
    /** How long a call that comes again waits for the answer to the first. */
    private static final long PATIENCE_SECONDS = 30;

    /** How long it may take until the end of a connection is noticed, while a call on the next one is here already. */
    private static final long NOTICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ReplyCache cache;
    private final int xid;
    private final long print;
    private final Peer peer;
    private final long begunNanos;
    private final CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();

    KeptReply(ReplyCache cache, int xid, long print, Peer peer, long begunNanos) {
        this.cache = cache;
        this.xid = xid;
        this.print = print;
        this.peer = peer;
        this.begunNanos = begunNanos;
    }

    int xid() {
        return xid;
    }

    Peer peer() {
        return peer;
    }

    long begunNanos() {
        return begunNanos;
    }

    /** Whether a call with this number is the same by what it asks for, if that was not too long ago. */
    boolean isLike(long itsPrint, long nowNanos) {
        return print == itsPrint && nowNanos - begunNanos < ReplyCache.AGE_NANOS_MAX;
    }

    /**
     * Whether such a call is this one again: on its connection, or on another after that one broke, since clients may not
     * send a call again otherwise, and two of one machine may well use the same numbers.
     */
    boolean isAgain(Peer other) {
        return peer.equals(other) || !peer.isOpen();
    }

    /** The same; waits a little, if need be, until it is noticed that the connection broke. */
    public boolean isAgain(Peer other, Runnable beforeWaiting) {
        long begin = System.nanoTime();
        while (!isAgain(other)) {
            if (System.nanoTime() - begin > NOTICE_NANOS) {
                return false;
            }
            beforeWaiting.run();
            LockSupport.parkNanos(this, NOTICE_NANOS / 16);
        }
        return true;
    }

    @Override
    public void end(byte @Nullable [] kept) {
        cache.ended(this, kept);
    }

    void set(byte @Nullable [] kept) {
        answer.complete(Optional.ofNullable(kept));
    }

    /** The answer's length; 0 as long as there is none. */
    int answerBytes() {
        Optional<byte[]> now = answer.getNow(Optional.empty());
        return now.isPresent() ? now.get().length : 0;
    }

    /**
     * The answer, which may still have to be waited for; null for one that was not kept.
     *
     * @throws NfsException DELAY: there still is none
     */
    public byte @Nullable [] await() {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).orElse(null);
        } catch (TimeoutException _) {
            throw new NfsException(NfsStatus.DELAY);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nobody fails it
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new NfsException(NfsStatus.DELAY);
        }
    }

    /** Whether there is nothing to wait for. */
    public boolean isEnded() {
        return answer.isDone();
    }
}
