package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stateids to states. A stateid's number is u32 which client, u32 which of all states, so that one of a client that is
 * gone is told from one that never was.
 */
public final class StateTable {
    private final int instance;
    private final ClientTable clients;
    private final Map<Long, State> states = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    StateTable(int instance, ClientTable clients) {
        this.instance = instance;
        this.clients = clients;
    }

    /** A stateid that names nothing yet. */
    Stateid newStateid(NfsClient client) {
        long index = client.id() & 0xffff_ffffL;
        return new Stateid(1, instance, index << 32 | Integer.toUnsignedLong(next.incrementAndGet()));
    }

    void add(State state) {
        states.put(state.number(), state);
    }

    void remove(State state) {
        states.remove(state.number());
    }

    /** A state that was taken from its client, and whose client will be told. */
    void addRevokedLocked(State state) {
        if (state.client().isFirstMinor()) {
            remove(state);
        } else {
            state.setRevokedLocked();
            state.client().revokedByAdmin.incrementAndGet();
            add(state);
        }
    }

    /** The client knows; whether that is what it had to know. */
    boolean acknowledge(State state) {
        state.client().lock().lock();
        try {
            if (!state.isRevokedLocked()) {
                return false;
            }
            if (states.remove(state.number(), state)) {
                state.client().revokedByAdmin.decrementAndGet();
            }
            return true;
        } finally {
            state.client().lock().unlock();
        }
    }

    /** Forgets what is left of a client. */
    void removeAll(NfsClient client) {
        states.values().removeIf(state -> state.client() == client);
    }

    /**
     * The state of a stateid, at any seqid that is not wrong.
     *
     * @param client whose it must be; null in NFSv4.0, where the stateid says whose it is
     * @throws NfsException BAD_STATEID, OLD_STATEID, DELEG_REVOKED, ADMIN_REVOKED; of NFSv4.0 STALE_STATEID and EXPIRED
     */
    public State require(Stateid id, @Nullable NfsClient client) {
        State state = find(id, client);
        state.client().lock().lock();
        try {
            if (state.isRevokedLocked()) {
                throw new NfsException(NfsStatus.ADMIN_REVOKED);
            }
            if (state instanceof Delegation delegation && delegation.phase == Delegation.Phase.REVOKED) {
                throw new NfsException(client == null ? NfsStatus.BAD_STATEID : NfsStatus.DELEG_REVOKED);
            }
            requireSeqid(id.seqid(), state.seqidLocked(), client != null);
        } finally {
            state.client().lock().unlock();
        }
        return state;
    }

    /** Of NFSv4.0: the state of a stateid that was the newest before the last operation, if this is that one again. */
    public @Nullable State requireAgain(Stateid id, int seqid) {
        State state = find(id, null);
        OwnerSequence sequence = switch (state) {
            case OpenState open -> open.owner().sequence();
            case LockState lock -> lock.holder().sequence();
            case Delegation _, CopyState _ -> null;
        };
        return sequence != null && sequence.turn(seqid) == OwnerSequence.Turn.AGAIN ? state : null;
    }

    /** The same whatever its phase and its seqid. */
    State find(Stateid id, @Nullable NfsClient client) {
        if (id.isSpecial()) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        if (id.instance() != instance) {
            throw new NfsException(client == null ? NfsStatus.STALE_STATEID : NfsStatus.BAD_STATEID);
        }
        State state = states.get(id.number());
        if (state == null) {
            long owner = (long) instance << 32 | id.number() >>> 32;
            boolean expired = client == null && clients.find(owner) == null && id.number() >>> 32 != 0;
            throw new NfsException(expired ? NfsStatus.EXPIRED : NfsStatus.BAD_STATEID);
        }
        boolean foreign = client == null ? !state.client().isFirstMinor() : state.client() != client;
        if (foreign) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        return state;
    }

    /** RFC 8881, section 8.2.2: seqids wrap, and 0 stands for the newest, but not in NFSv4.0. */
    private static void requireSeqid(int given, int present, boolean zeroIsNewest) {
        if (given == present || (given == 0 && zeroIsNewest)) {
            return;
        }
        throw new NfsException(given - present < 0 ? NfsStatus.OLD_STATEID : NfsStatus.BAD_STATEID);
    }
}
