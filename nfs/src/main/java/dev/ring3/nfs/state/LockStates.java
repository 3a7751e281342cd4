package dev.ring3.nfs.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.lock.HeldLock;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The owners of byte-range locks, and their stateids; the locks themselves are in the table of all front ends. */
public final class LockStates {
    /** How many lock owners a client has at most. */
    private static final int HOLDERS_PER_CLIENT_MAX = 65_536;

    private final NfsState all;
    private final AtomicLong owners = new AtomicLong();

    LockStates(NfsState all) {
        this.all = all;
    }

    /** The owner of a name, or null. */
    public @Nullable LockHolder find(NfsClient client, byte[] name) {
        client.lock().lock();
        try {
            return client.lockHolders.get(ByteBuffer.wrap(name));
        } finally {
            client.lock().unlock();
        }
    }

    /** The owner of a name; made where there is none. */
    public LockHolder holder(NfsClient client, byte[] name) {
        client.lock().lock();
        try {
            ByteBuffer key = ByteBuffer.wrap(name);
            LockHolder known = client.lockHolders.get(key);
            if (known == null) {
                if (client.lockHolders.size() >= HOLDERS_PER_CLIENT_MAX) {
                    throw new NfsException(NfsStatus.DELAY);
                }
                known = new LockHolder(name, newOwner(client));
                client.lockHolders.put(key, known);
            }
            return known;
        } finally {
            client.lock().unlock();
        }
    }

    /** An owner that nobody else is. */
    LockOwner newOwner(NfsClient client) {
        return new LockOwner(client.fsClient(), owners.incrementAndGet());
    }

    /** The owner as the table of locks would know it, to ask what stands against one that may hold nothing yet. */
    public LockOwner ownerToTest(NfsClient client, byte[] name) {
        LockHolder known = find(client, name);
        return known != null ? known.owner() : new LockOwner(client.fsClient(), 0);
    }

    /** The state of an owner on a file, made where there is none. */
    public LockState state(LockHolder holder, OpenState open) {
        NfsClient client = open.client();
        client.lock().lock();
        try {
            if (open.owner().states.get(open.node()) != open) {
                throw new NfsException(NfsStatus.BAD_STATEID);
            }
            LockState known = holder.states.get(open.node());
            if (known == null) {
                known = new LockState(all.table().newStateid(client), holder, open);
                holder.states.put(open.node(), known);
                client.lockHolders.putIfAbsent(ByteBuffer.wrap(holder.name()), holder);
                all.table().add(known);
            }
            return known;
        } finally {
            client.lock().unlock();
        }
    }

    /** Who holds a lock, as NFS names it; one of another front end is client 0, whose name is its number. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    public record Described(long client, byte[] name) {}

    /** See {@link Described}. */
    public Described describe(HeldLock held) {
        for (NfsClient client : all.clients().all()) {
            if (client.fsClient().equals(held.owner().client())) {
                client.lock().lock();
                try {
                    return client.lockHolders.values().stream()
                            .filter(holder -> holder.owner().equals(held.owner()))
                            .map(holder -> new Described(client.id(), holder.name()))
                            .findAny()
                            .orElse(new Described(client.id(), new byte[0]));
                } finally {
                    client.lock().unlock();
                }
            }
        }
        return new Described(0, Long.toString(held.owner().owner()).getBytes(UTF_8));
    }

    /** Whether the owner has a state on the file already. */
    public boolean hasState(LockHolder holder, OpenState open) {
        open.client().lock().lock();
        try {
            return holder.states.containsKey(open.node());
        } finally {
            open.client().lock().unlock();
        }
    }

    /** The stateid after a lock was taken or given back. */
    public Stateid next(LockState state) {
        state.client().lock().lock();
        try {
            return state.nextLocked();
        } finally {
            state.client().lock().unlock();
        }
    }

    private boolean holdsLocks(LockState state) {
        return all.vfs().locks().held(state.node(), LockSpace.RANGE).stream()
                .anyMatch(held -> held.owner().equals(state.owner()));
    }

    /** A state that came into being for a lock which was then refused: gone, unless it was there before. */
    public void dropIfNew(LockState state, boolean wasThere) {
        if (!wasThere) {
            state.client().lock().lock();
            try {
                forgetLocked(state);
            } finally {
                state.client().lock().unlock();
            }
        }
    }

    /** FREE_STATEID of a lock state; LOCKS_HELD. */
    void free(LockState state) {
        state.client().lock().lock();
        try {
            if (holdsLocks(state)) {
                throw new NfsException(NfsStatus.LOCKS_HELD);
            }
            forgetLocked(state);
        } finally {
            state.client().lock().unlock();
        }
    }

    private void forgetLocked(LockState state) {
        state.holder().states.remove(state.node());
        all.table().remove(state);
        if (state.holder().states.isEmpty() && !state.client().isFirstMinor()) {
            state.client().lockHolders.remove(ByteBuffer.wrap(state.holder().name()));
        }
    }

    /** RELEASE_LOCKOWNER: the client needs the owner no more; LOCKS_HELD. */
    public void release(NfsClient client, byte[] name) {
        client.lock().lock();
        try {
            LockHolder holder = client.lockHolders.get(ByteBuffer.wrap(name));
            if (holder == null) {
                return;
            }
            List<LockState> states = List.copyOf(holder.states.values());
            if (states.stream().anyMatch(this::holdsLocks)) {
                throw new NfsException(NfsStatus.LOCKS_HELD);
            }
            states.forEach(this::forgetLocked);
            client.lockHolders.remove(ByteBuffer.wrap(name));
        } finally {
            client.lock().unlock();
        }
    }

    /** The open file is closed: its locks go. */
    void releaseLocked(OpenState open) {
        for (LockState state : ofLocked(open)) {
            all.vfs().locks().release(open.node(), state.owner());
            forgetLocked(state);
        }
    }

    /** Those whose first lock came through an open file. */
    List<LockState> ofLocked(OpenState open) {
        return open.client().lockHolders.values().stream()
                .map(holder -> holder.states.get(open.node()))
                .filter(state -> state != null && state.open() == open)
                .toList();
    }

    /** What FREE_STATEID does to any state (RFC 8881, section 18.38). */
    public void free(Stateid id, NfsClient client) {
        State found = all.table().find(id, client);
        if (all.table().acknowledge(found)) {
            return;
        }
        switch (found) {
            case OpenState _ -> throw new NfsException(NfsStatus.LOCKS_HELD);
            case LockState state -> {
                all.table().require(id, client);
                free(state);
            }
            case Delegation delegation -> all.delegations().free(delegation);
            case CopyState copy -> all.copies().free(copy);
        }
    }
}
