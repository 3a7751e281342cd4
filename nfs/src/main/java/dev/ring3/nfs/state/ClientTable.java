package dev.ring3.nfs.state;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Credential;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The clients, by id and by name; confirmed and not. */
public final class ClientTable {
    /** How many clients there are at most. */
    private static final int CLIENTS_MAX = 16_384;

    /** How many sessions a client has at most. */
    private static final int SESSIONS_PER_CLIENT_MAX = 64;

    /** A client's name for itself, in one of the two families of the protocol. */
    private record Name(boolean firstMinor, ByteBuffer owner) {}

    /** A client as EXCHANGE_ID shows it. */
    public record Exchanged(NfsClient client, int sequence, boolean confirmed) {}

    private final Vfs vfs;
    private final int instance;
    private final long leaseNanos;
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Long, NfsClient> byId = new ConcurrentHashMap<>();
    private final Map<SessionId, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicLong nextSession = new AtomicLong();

    // Guarded by lock.
    private final Map<Name, NfsClient> confirmed = new HashMap<>();
    private final Map<Name, NfsClient> unconfirmed = new LinkedHashMap<>();
    private int nextIndex;

    ClientTable(Vfs vfs, int instance, long leaseNanos) {
        this.vfs = vfs;
        this.instance = instance;
        this.leaseNanos = leaseNanos;
    }

    /** All of them, about now. */
    public List<NfsClient> all() {
        return List.copyOf(byId.values());
    }

    @Nullable
    NfsClient find(long id) {
        return byId.get(id);
    }

    /** The confirmed client of an id; STALE_CLIENTID, or EXPIRED for one of this instance that is gone. */
    public NfsClient require(long id) {
        NfsClient client = byId.get(id);
        lock.lock();
        try {
            if (client == null || !client.confirmed) {
                int index = (int) id;
                boolean wasOurs = (int) (id >>> 32) == instance && index > 0 && index <= nextIndex && client == null;
                throw new NfsException(wasOurs ? NfsStatus.EXPIRED : NfsStatus.STALE_CLIENTID);
            }
            return client;
        } finally {
            lock.unlock();
        }
    }

    boolean isLapsed(NfsClient client) {
        return client.silentNanos() > leaseNanos;
    }

    private NfsClient addLocked(boolean firstMinor, byte[] owner, long verifier, Credential principal, String address) {
        if (byId.size() >= CLIENTS_MAX) {
            if (unconfirmed.isEmpty()) {
                throw new NfsException(NfsStatus.DELAY);
            }
            // Whoever never came back to confirm makes room, the oldest first.
            forgetUnconfirmedLocked(unconfirmed.keySet().iterator().next());
        }
        nextIndex++;
        long id = (long) instance << 32 | Integer.toUnsignedLong(nextIndex);
        Client fsClient = vfs.newClient(Client.Origin.NFS);
        NfsClient client = new NfsClient(id, firstMinor, owner, verifier, principal, fsClient, address);
        byId.put(id, client);
        NfsClient replaced = unconfirmed.put(nameOf(client), client);
        if (replaced != null) {
            byId.remove(replaced.id());
        }
        return client;
    }

    private static Name nameOf(NfsClient client) {
        return new Name(client.isFirstMinor(), ByteBuffer.wrap(client.owner()));
    }

    /**
     * EXCHANGE_ID by the table of RFC 8881 section 18.35.4.
     *
     * @param discarded gets a client that lost its place
     */
    public Exchanged exchange(
            byte[] owner,
            long verifier,
            Credential principal,
            boolean update,
            String address,
            List<NfsClient> discarded) {
        lock.lock();
        try {
            Name name = new Name(false, ByteBuffer.wrap(owner));
            NfsClient known = confirmed.get(name);
            if (update) {
                return updateLocked(known, verifier, principal);
            }
            if (known != null && !known.principal().isSamePrincipal(principal)) {
                if (known.hasState() && !isLapsed(known)) {
                    throw new NfsException(NfsStatus.CLID_INUSE);
                }
                removeLocked(known);
                discarded.add(known);
                known = null;
            }
            if (known != null && known.verifier() == verifier) {
                forgetUnconfirmedLocked(name);
                return new Exchanged(known, known.createSequence, true);
            }
            NfsClient fresh = addLocked(false, owner, verifier, principal, address);
            return new Exchanged(fresh, fresh.createSequence, false);
        } finally {
            lock.unlock();
        }
    }

    private static Exchanged updateLocked(@Nullable NfsClient known, long verifier, Credential principal) {
        if (known == null) {
            throw new NfsException(NfsStatus.NOENT);
        }
        // Whoever it is: case 8 of the table comes before case 9.
        if (known.verifier() != verifier) {
            throw new NfsException(NfsStatus.NOT_SAME);
        }
        if (!known.principal().isSamePrincipal(principal)) {
            throw new NfsException(NfsStatus.PERM);
        }
        return new Exchanged(known, known.createSequence, true);
    }

    private void forgetUnconfirmedLocked(Name name) {
        NfsClient forgotten = unconfirmed.remove(name);
        if (forgotten != null) {
            byId.remove(forgotten.id());
        }
    }

    /**
     * CREATE_SESSION's four phases (RFC 8881, section 18.36.4).
     *
     * @param make fails for a session that cannot be, and then nothing has changed
     * @param encode makes the answer of a new session; it is kept for the case that the call comes again
     * @param discarded gets the earlier incarnation of the client
     * @return the answer
     */
    public byte[] createSession(
            long clientId,
            int sequence,
            Credential principal,
            Function<NfsClient, Session> make,
            Function<Session, byte[]> encode,
            List<NfsClient> discarded) {
        lock.lock();
        try {
            NfsClient client = byId.get(clientId);
            if (client == null || client.isFirstMinor()) {
                throw new NfsException(NfsStatus.STALE_CLIENTID);
            }
            if (!client.confirmed && !client.principal().isSamePrincipal(principal)) {
                throw new NfsException(NfsStatus.CLID_INUSE);
            }
            if (sequence == client.createSequence - 1 && client.createReply != null) {
                return client.createReply;
            }
            if (sequence != client.createSequence) {
                throw new NfsException(NfsStatus.SEQ_MISORDERED);
            }
            if (client.sessions.size() >= SESSIONS_PER_CLIENT_MAX) {
                throw new NfsException(NfsStatus.DELAY);
            }
            Session session = make.apply(client);
            confirmLocked(client, discarded);
            client.sessions.put(session.id(), session);
            sessions.put(session.id(), session);
            byte[] reply = encode.apply(session);
            client.createReply = reply;
            client.createSequence++;
            client.renew();
            return reply;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the next session. */
    public SessionId nextSessionId(NfsClient client) {
        return new SessionId(client.id(), nextSession.incrementAndGet());
    }

    private void confirmLocked(NfsClient client, List<NfsClient> discarded) {
        if (client.confirmed) {
            return;
        }
        Name name = nameOf(client);
        NfsClient earlier = confirmed.get(name);
        if (earlier != null) {
            removeLocked(earlier);
            discarded.add(earlier);
        }
        unconfirmed.remove(name, client);
        confirmed.put(name, client);
        client.confirmed = true;
        client.renew();
    }

    /** SETCLIENTID (RFC 7530, section 16.33): a client that is to be confirmed, with the verifier to do so. */
    public NfsClient setClientId(
            byte[] owner,
            long verifier,
            Credential principal,
            String address,
            long confirmBy,
            CallbackTarget callbacks) {
        lock.lock();
        try {
            Name name = new Name(true, ByteBuffer.wrap(owner));
            NfsClient known = confirmed.get(name);
            if (known != null
                    && !known.principal().isSamePrincipal(principal)
                    && known.hasState()
                    && !isLapsed(known)) {
                throw new NfsException(NfsStatus.CLID_INUSE);
            }
            if (known != null
                    && known.verifier() == verifier
                    && known.principal().isSamePrincipal(principal)) {
                // A new callback for the same incarnation: the id stays, and is confirmed anew.
                forgetUnconfirmedLocked(name);
                known.pendingVerifier = confirmBy;
                known.pendingTarget = callbacks;
                return known;
            }
            NfsClient fresh = addLocked(true, owner, verifier, principal, address);
            fresh.pendingVerifier = confirmBy;
            fresh.pendingTarget = callbacks;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** SETCLIENTID_CONFIRM (RFC 7530, section 16.34). */
    public NfsClient confirmClientId(long id, long confirmBy, Credential principal, List<NfsClient> discarded) {
        lock.lock();
        try {
            NfsClient client = byId.get(id);
            boolean pending = client != null && client.pendingTarget != null && client.pendingVerifier == confirmBy;
            boolean again = client != null && client.confirmed && client.confirmVerifier == confirmBy;
            if (client == null || !client.isFirstMinor() || !(pending || again)) {
                throw new NfsException(NfsStatus.STALE_CLIENTID);
            }
            if (!client.principal().isSamePrincipal(principal)) {
                throw new NfsException(NfsStatus.CLID_INUSE);
            }
            confirmLocked(client, discarded);
            CallbackTarget target = client.pendingTarget;
            if (pending && target != null) {
                client.confirmVerifier = confirmBy;
                client.pendingTarget = null;
                client.setPath(target.address() == null ? null : new FirstMinorPath(target));
            }
            client.renew();
            return client;
        } finally {
            lock.unlock();
        }
    }

    /** The session of an id; BADSESSION. */
    public Session session(SessionId id) {
        Session session = sessions.get(id);
        if (session == null || session.isDestroyed()) {
            throw new NfsException(NfsStatus.BADSESSION);
        }
        return session;
    }

    /** All sessions, about now. */
    List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    public void destroySession(Session session) {
        lock.lock();
        try {
            destroyLocked(session);
        } finally {
            lock.unlock();
        }
    }

    private void destroyLocked(Session session) {
        sessions.remove(session.id());
        session.client().sessions.remove(session.id());
        session.destroy();
    }

    /** DESTROY_CLIENTID: the client, which is no longer in the table; CLIENTID_BUSY, STALE_CLIENTID. */
    public NfsClient destroyClient(long id) {
        lock.lock();
        try {
            NfsClient client = byId.get(id);
            if (client == null || client.isFirstMinor()) {
                throw new NfsException(NfsStatus.STALE_CLIENTID);
            }
            if (!isLapsed(client) && (!client.sessions.isEmpty() || client.hasState())) {
                throw new NfsException(NfsStatus.CLIENTID_BUSY);
            }
            removeLocked(client);
            return client;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a client out, if it still is what the caller thinks it is. */
    boolean remove(NfsClient client, Predicate<NfsClient> still) {
        lock.lock();
        try {
            if (client.gone || !still.test(client)) {
                return false;
            }
            removeLocked(client);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void removeLocked(NfsClient client) {
        client.gone = true;
        client.setPath(null);
        byId.remove(client.id());
        confirmed.remove(nameOf(client), client);
        unconfirmed.remove(nameOf(client), client);
        new ArrayList<>(client.sessions.values()).forEach(this::destroyLocked);
    }

    /** Whether a confirmed client of this name is there: then its record stays. */
    boolean isNamed(NfsClient like) {
        lock.lock();
        try {
            return confirmed.containsKey(nameOf(like));
        } finally {
            lock.unlock();
        }
    }

    /** Those that never were confirmed, and are older than a lease. */
    List<NfsClient> abandoned() {
        lock.lock();
        try {
            return unconfirmed.values().stream()
                    .filter(client -> client.ageNanos() > leaseNanos)
                    .toList();
        } finally {
            lock.unlock();
        }
    }
}
