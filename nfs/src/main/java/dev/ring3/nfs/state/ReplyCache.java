package dev.ring3.nfs.state;

import dev.ring3.nfs.rpc.Peer;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers of NFSv4.0 to calls that change something, so that a call which a client sends again, after the connection broke
 * before the answer came, is not done again: it would find that the name which it makes is there, or that the one which it
 * removes is not (RFC 7530, section 3.1.1). Later versions have sessions for that.
 *
 * <p>A call is known by the address that it comes from, its XID, and a print of who calls and with what; the port is another
 * one after a new connection. Each address has a number of answers, the oldest of which go first; they go after two minutes
 * too, when a client at that address begins anew, and, of the address that was silent for longest, when all together take
 * too much.
 */
public final class ReplyCache {
    /** How many answers an address has, how many addresses there are, and what all answers take, at most. */
    static final int PER_ADDRESS_MAX = 1024;

    static final int ADDRESSES_MAX = 1024;
    static final int BYTES_MAX = 16 << 20;

    /** What an entry takes besides its answer, about. */
    static final int ENTRY_BYTES = 256;

    /** A longer answer is not kept. */
    public static final int ANSWER_BYTES_MAX = 4096;

    static final long AGE_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. Who called last comes last; of each the oldest first. */
    private final Map<InetAddress, Map<Integer, KeptReply>> byAddress = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes; // guarded by lock

    /** A call that begins, or began before. */
    public record Begun(KeptReply reply, boolean isNew) {}

    /**
     * A call like this one, with its number and of its address; whether it is the same is for {@link KeptReply#isAgain} to
     * say.
     *
     * @param print is asked only where the address and the number are known
     */
    public @Nullable KeptReply find(Peer peer, int xid, LongSupplier print) {
        KeptReply known = known(peer, xid);
        return known != null && known.isLike(print.getAsLong(), System.nanoTime()) ? known : null;
    }

    private @Nullable KeptReply known(Peer peer, int xid) {
        lock.lock();
        try {
            Map<Integer, KeptReply> ofAddress = byAddress.get(peer.address().getAddress());
            return ofAddress == null ? null : ofAddress.get(xid);
        } finally {
            lock.unlock();
        }
    }

    /** A call is going to change something, unless it did so before. */
    public Begun begin(Peer peer, int xid, long print) {
        lock.lock();
        try {
            KeptReply before = find(peer, xid, () -> print);
            if (before != null && before.isAgain(peer)) {
                return new Begun(before, false);
            }
            long now = System.nanoTime();
            KeptReply reply = new KeptReply(this, xid, print, peer, now);
            Map<Integer, KeptReply> ofAddress =
                    byAddress.computeIfAbsent(peer.address().getAddress(), _ -> new LinkedHashMap<>());
            countLocked(ofAddress.remove(xid), -1);
            ofAddress.put(xid, reply);
            countLocked(reply, 1);
            dropLocked(ofAddress, now);
            return new Begun(reply, true);
        } finally {
            lock.unlock();
        }
    }

    /** Makes room: what is too old or too much at this address, then all of the address that was silent for longest. */
    private void dropLocked(Map<Integer, KeptReply> ofAddress, long now) {
        Iterator<KeptReply> oldest = ofAddress.values().iterator();
        while (oldest.hasNext()) {
            KeptReply reply = oldest.next();
            if (ofAddress.size() <= PER_ADDRESS_MAX && now - reply.begunNanos() < AGE_NANOS_MAX) {
                break;
            }
            oldest.remove();
            countLocked(reply, -1);
        }
        Iterator<Map<Integer, KeptReply>> silent = byAddress.values().iterator();
        while (silent.hasNext() && (byAddress.size() > ADDRESSES_MAX || bytes > BYTES_MAX)) {
            silent.next().values().forEach(reply -> countLocked(reply, -1));
            silent.remove();
        }
    }

    private void countLocked(@Nullable KeptReply reply, int sign) {
        bytes += reply == null ? 0 : (long) sign * (ENTRY_BYTES + reply.answerBytes());
    }

    /** A call is answered; one whose answer is not kept is as if it had never been. */
    void ended(KeptReply reply, byte @Nullable [] answer) {
        lock.lock();
        try {
            Map<Integer, KeptReply> ofAddress =
                    byAddress.get(reply.peer().address().getAddress());
            if (ofAddress != null && reply.equals(ofAddress.get(reply.xid()))) {
                if (answer == null) {
                    ofAddress.remove(reply.xid());
                    countLocked(reply, -1);
                } else {
                    bytes += answer.length;
                }
            }
            reply.set(answer);
        } finally {
            lock.unlock();
        }
    }

    /** A client there begins anew, and may use numbers again that it has used before. */
    public void forget(InetAddress address) {
        lock.lock();
        try {
            Map<Integer, KeptReply> gone = byAddress.remove(address);
            if (gone != null) {
                gone.values().forEach(reply -> countLocked(reply, -1));
            }
        } finally {
            lock.unlock();
        }
    }

    /** What all answers take, about. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
