package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.nfs.rpc.Credential;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A client of NFSv4.0 or of a later version, as one incarnation of it. */
public final class NfsClient {
    private final long id;
    private final boolean firstMinor;
    private final byte[] owner;
    private final long verifier;
    private final Credential principal;
    private final Client fsClient;
    private final String address;
    private final ByteBuffer recordHash;
    private final long createdNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    final Map<ByteBuffer, OpenOwner> openOwners = new HashMap<>();
    final Map<ByteBuffer, LockHolder> lockHolders = new HashMap<>();
    final Map<NodeId, Delegation> delegations = new HashMap<>();
    int opens;

    /** Changed under lock: delegations that were not given back in time, and states that an administrator took away. */
    final AtomicInteger revoked = new AtomicInteger();

    final AtomicInteger revokedByAdmin = new AtomicInteger();

    // Guarded by the client table's lock.
    boolean confirmed;
    int createSequence = 1;
    byte @Nullable [] createReply;
    long confirmVerifier;
    long pendingVerifier;

    @Nullable
    CallbackTarget pendingTarget;

    final Map<SessionId, Session> sessions = new ConcurrentHashMap<>();

    volatile boolean reclaimComplete;
    volatile boolean recorded;
    volatile boolean gone;

    /** Of NFSv4.0: how it is called back. */
    private volatile @Nullable FirstMinorPath path;

    private volatile long renewedNanos = System.nanoTime();

    NfsClient(
            long id,
            boolean firstMinor,
            byte[] owner,
            long verifier,
            Credential principal,
            Client fsClient,
            String address) {
        this.id = id;
        this.firstMinor = firstMinor;
        this.owner = owner;
        this.verifier = verifier;
        this.principal = principal;
        this.fsClient = fsClient;
        this.address = address;
        this.recordHash = ClientRecords.hashOf(firstMinor, owner);
    }

    /** {@code clientid4}. */
    public long id() {
        return id;
    }

    /** Whether it speaks NFSv4.0. */
    public boolean isFirstMinor() {
        return firstMinor;
    }

    byte[] owner() {
        return owner;
    }

    /** What changes when the client restarts. */
    long verifier() {
        return verifier;
    }

    Credential principal() {
        return principal;
    }

    /** As the tables of all front ends know it. */
    public Client fsClient() {
        return fsClient;
    }

    /** Where it came from first. */
    public String address() {
        return address;
    }

    ByteBuffer recordHash() {
        return recordHash;
    }

    /** Guards its owners and the seqids of its states. */
    ReentrantLock lock() {
        return lock;
    }

    /** It was heard of. */
    public void renew() {
        renewedNanos = System.nanoTime();
    }

    long silentNanos() {
        return System.nanoTime() - renewedNanos;
    }

    long ageNanos() {
        return System.nanoTime() - createdNanos;
    }

    /** Whether it has said that it claimed everything. */
    public boolean isReclaimComplete() {
        return reclaimComplete;
    }

    /** Whether it has delegations that were taken away since it did not give them back, and does not know it yet. */
    public boolean hasRevokedDelegations() {
        return revoked.get() > 0;
    }

    /** Whether an administrator took something from it, and it does not know it yet. */
    public boolean hasLostByAdmin() {
        return revokedByAdmin.get() > 0;
    }

    boolean hasState() {
        lock.lock();
        try {
            return opens > 0 || !delegations.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How long nothing was heard of it. */
    public long silentSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(silentNanos());
    }

    /** How many sessions it has. */
    public int sessionCount() {
        return sessions.size();
    }

    /** How many files it has open. */
    public int openCount() {
        lock.lock();
        try {
            return opens;
        } finally {
            lock.unlock();
        }
    }

    /** How many delegations it holds. */
    int delegationCount() {
        lock.lock();
        try {
            return delegations.size();
        } finally {
            lock.unlock();
        }
    }

    /** A way for our calls that is thought to be open; null where there is none. */
    @Nullable
    CallbackPath callbackPath() {
        if (firstMinor) {
            FirstMinorPath present = path;
            return present != null && present.isUp() ? present : null;
        }
        for (Session session : sessions.values()) {
            if (session.backChannel().isUp()) {
                return session.backChannel();
            }
        }
        return null;
    }

    /** Whether it wants our calls, and none of its sessions has a way for them any more. */
    public boolean isBackPathDown() {
        boolean wanted = false;
        for (Session session : sessions.values()) {
            if (session.backPeer() != null) {
                return false;
            }
            wanted |= session.isBackPathDown();
        }
        return wanted;
    }

    /** A way for our calls that may be open; null where there is certainly none. */
    @Nullable
    CallbackPath pathToTry() {
        return firstMinor ? path : callbackPath();
    }

    /** Of NFSv4.0: another way to call it, which is tried at once; null for none any more. */
    void setPath(@Nullable FirstMinorPath other) {
        FirstMinorPath before = path;
        path = other;
        if (before != null) {
            before.close();
        }
        if (other != null) {
            other.probe();
        }
    }

    /** Of NFSv4.0: whether it holds delegations that it could not be asked for (RFC 7530, section 16.28.4). */
    public boolean isUnreachable() {
        FirstMinorPath present = path;
        lock.lock();
        try {
            return !delegations.isEmpty() && (present == null || present.isDown());
        } finally {
            lock.unlock();
        }
    }
}
