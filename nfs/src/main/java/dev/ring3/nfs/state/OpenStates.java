package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.fs.lock.OpenResult;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files that clients have open. */
public final class OpenStates {
    /** How many files a client has open, and how many owners it has, at most. */
    private static final int OPENS_PER_CLIENT_MAX = 65_536;

    /** An open file and its stateid after an operation. */
    public record Opened(OpenState state, Stateid stateid) {}

    private final NfsState all;

    /** Of NFSv4.0: the last state that each owner closed, by its number. */
    private final Map<Long, OpenState> closed = new ConcurrentHashMap<>();

    OpenStates(NfsState all) {
        this.all = all;
    }

    /** The owner of a name; made where there is none. */
    public OpenOwner owner(NfsClient client, byte[] name) {
        client.lock().lock();
        try {
            ByteBuffer key = ByteBuffer.wrap(name);
            OpenOwner known = client.openOwners.get(key);
            if (known == null) {
                if (client.openOwners.size() >= OPENS_PER_CLIENT_MAX) {
                    throw new NfsException(NfsStatus.DELAY);
                }
                known = new OpenOwner(client, key, !client.isFirstMinor());
                client.openOwners.put(key, known);
            }
            return known;
        } finally {
            client.lock().unlock();
        }
    }

    /** An owner that has nothing open is forgotten, but in NFSv4.0, where its numbers go on. */
    public void forgetIfIdle(OpenOwner owner) {
        NfsClient client = owner.client();
        client.lock().lock();
        try {
            if (owner.states.isEmpty() && !client.isFirstMinor()) {
                client.openOwners.remove(owner.name(), owner);
            }
        } finally {
            client.lock().unlock();
        }
    }

    /** What an owner has open already, or null. */
    public @Nullable OpenState find(OpenOwner owner, NodeId node) {
        owner.client().lock().lock();
        try {
            return owner.states.get(node);
        } finally {
            owner.client().lock().unlock();
        }
    }

    /** A file that some owner of a client has open for a use, and may use; null where there is none. */
    public @Nullable OpenState openFor(NfsClient client, NodeId node, Use use) {
        client.lock().lock();
        try {
            for (OpenOwner owner : client.openOwners.values()) {
                OpenState state = owner.states.get(node);
                boolean fits = state != null
                        && (use == Use.WRITE
                                ? state.file().mayWrite()
                                : state.file().mayRead());
                if (fits && owner.isConfirmed()) {
                    return state;
                }
            }
            return null;
        } finally {
            client.lock().unlock();
        }
    }

    /**
     * Gives an open file to an owner. If the owner has the file open already, by an operation at the same time, the two
     * become one.
     */
    public Opened add(OpenOwner asked, OpenFile file, Sharing sharing, int uid) {
        NfsClient client = asked.client();
        client.lock().lock();
        try {
            // Another operation may have forgotten the owner meanwhile, and a third one made it anew.
            OpenOwner owner = client.openOwners.getOrDefault(asked.name(), asked);
            OpenState known = owner.states.get(file.node());
            if (known != null) {
                all.vfs().files().close(file);
                return mergeLocked(known, sharing);
            }
            if (client.gone || client.opens >= OPENS_PER_CLIENT_MAX) {
                all.vfs().files().close(file);
                NfsStatus gone = client.isFirstMinor() ? NfsStatus.STALE_CLIENTID : NfsStatus.DEADSESSION;
                throw new NfsException(client.gone ? gone : NfsStatus.DELAY);
            }
            OpenState state = new OpenState(all.table().newStateid(client), owner, file, sharing, uid);
            client.openOwners.putIfAbsent(owner.name(), owner);
            owner.states.put(file.node(), state);
            client.opens++;
            all.table().add(state);
            return new Opened(state, state.stateid());
        } finally {
            client.lock().unlock();
        }
    }

    private Opened mergeLocked(OpenState known, Sharing sharing) {
        Sharing both = known.file().entry().sharing().and(sharing);
        if (!(all.vfs().opens().change(known.file().entry(), both) instanceof OpenResult.Opened)) {
            throw new NfsException(NfsStatus.DELAY);
        }
        known.askedLocked(sharing);
        return new Opened(known, known.nextLocked());
    }

    /** A file was opened once more, and its entry says so; null if it was closed meanwhile. */
    public @Nullable Opened upgraded(OpenState state, Sharing asked) {
        state.client().lock().lock();
        try {
            if (state.owner().states.get(state.node()) != state) {
                return null;
            }
            state.askedLocked(asked);
            return new Opened(state, state.nextLocked());
        } finally {
            state.client().lock().unlock();
        }
    }

    /** OPEN_DOWNGRADE; INVAL for what no OPENs together asked for. */
    public Stateid downgrade(OpenState state, Sharing wanted) {
        state.client().lock().lock();
        try {
            OpenEntry entry = state.file().entry();
            if (!state.mayDowngradeLocked(wanted)) {
                throw new NfsException(NfsStatus.INVAL);
            }
            if (!(all.vfs().opens().change(entry, wanted) instanceof OpenResult.Opened)) {
                throw new NfsException(NfsStatus.DELAY);
            }
            state.downgradedLocked(wanted);
            return state.nextLocked();
        } finally {
            state.client().lock().unlock();
        }
    }

    /** OPEN_CONFIRM. */
    public Stateid confirm(OpenState state) {
        state.client().lock().lock();
        try {
            state.owner().confirmLocked();
            return state.nextLocked();
        } finally {
            state.client().lock().unlock();
        }
    }

    /** An owner whom nobody has to confirm. */
    public void confirm(OpenOwner owner) {
        owner.client().lock().lock();
        try {
            owner.confirmLocked();
        } finally {
            owner.client().lock().unlock();
        }
    }

    /** Of NFSv4.0: what was closed by an owner's last operation, if this is that CLOSE again; else null. */
    public @Nullable OpenState closedBefore(Stateid stateid, int seqid) {
        OpenState state = closed.get(stateid.number());
        boolean again = state != null && state.owner().sequence().turn(seqid) == OwnerSequence.Turn.AGAIN;
        return again ? state : null;
    }

    /** CLOSE: the file's locks go too. */
    public Stateid close(OpenState state) {
        state.client().lock().lock();
        try {
            if (state.owner().states.get(state.node()) != state) {
                throw new NfsException(NfsStatus.BAD_STATEID);
            }
            Stateid last = state.nextLocked();
            closeLocked(state);
            if (state.client().isFirstMinor()) {
                state.owner().closedLocked(closed, state);
            }
            return last;
        } finally {
            state.client().lock().unlock();
        }
    }

    private void closeLocked(OpenState state) {
        NfsClient client = state.client();
        OpenOwner owner = state.owner();
        owner.states.remove(state.node());
        client.opens--;
        all.table().remove(state);
        all.locks().releaseLocked(state);
        all.vfs().files().close(state.file());
        if (owner.states.isEmpty() && !client.isFirstMinor()) {
            client.openOwners.remove(owner.name());
        }
    }

    /** Takes away what a client has open of a file, and its locks. */
    void revoke(NfsClient client, NodeId node) {
        client.lock().lock();
        try {
            for (OpenOwner owner : List.copyOf(client.openOwners.values())) {
                OpenState open = owner.states.get(node);
                if (open != null) {
                    List<LockState> locks = all.locks().ofLocked(open);
                    closeLocked(open);
                    all.table().addRevokedLocked(open);
                    locks.forEach(all.table()::addRevokedLocked);
                }
            }
        } finally {
            client.lock().unlock();
        }
    }

    /** Closes everything of a client, and forgets its owners. */
    void closeAll(NfsClient client) {
        client.lock().lock();
        try {
            List<OpenState> open = new ArrayList<>();
            client.openOwners.values().forEach(owner -> open.addAll(owner.states.values()));
            open.forEach(this::closeLocked);
            client.openOwners.values().forEach(owner -> owner.forgetClosedLocked(closed));
            client.openOwners.clear();
            client.lockHolders.clear();
        } finally {
            client.lock().unlock();
        }
    }

    /** Lets silent clients that have a file open give way; whether any did. */
    public boolean yieldSilent(NodeId node) {
        boolean any = false;
        for (OpenEntry entry : all.vfs().opens().entries()) {
            any |= entry.node().equals(node) && all.yields(entry.client());
        }
        return any;
    }
}
