package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Lease;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Delegations: given to clients that we can call, called back when somebody else wants what they exclude (RFC 8881, section
 * 10.4). A read delegation excludes changes by others; a write delegation excludes others, and its holder is asked what
 * the file is like now ({@link HeldFiles}).
 */
public final class Delegations {
    /** How many a client holds at most. */
    private static final int DELEGATIONS_PER_CLIENT_MAX = 16_384;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final NfsState all;

    /** The one write delegation that there is on a file. */
    private final Map<NodeId, Delegation> writers = new ConcurrentHashMap<>();

    Delegations(NfsState all) {
        this.all = all;
    }

    /** What a client asks for. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    public record Wish(LeaseKind kind, NodeId node, byte[] handle, boolean reclaimed) {}

    /**
     * Gives a client a delegation, if nothing speaks against it; else null. One that it held before a restart it gets even
     * where it cannot be called yet.
     */
    public @Nullable Delegation grant(NfsClient client, Wish wish) {
        if (isHooked() || (!wish.reclaimed() && !isReachable(client))) {
            return null;
        }
        NodeId node = wish.node();
        long change = all.vfs().attributes().stat(node, StatMask.CHANGE).change();
        client.lock().lock();
        try {
            if (client.gone
                    || client.delegations.containsKey(node)
                    || client.delegations.size() >= DELEGATIONS_PER_CLIENT_MAX) {
                return null;
            }
            Delegation delegation =
                    new Delegation(all.table().newStateid(client), client, node, wish.kind(), wish.handle(), change);
            Lease lease = all.vfs()
                    .opens()
                    .lease(node, client.fsClient(), wish.kind(), _ -> all.soon(() -> recall(delegation)));
            if (lease == null) {
                return null;
            }
            delegation.setLeaseLocked(lease);
            client.delegations.put(node, delegation);
            if (delegation.mayWrite()) {
                writers.put(node, delegation);
            }
            all.table().add(delegation);
            return delegation;
        } finally {
            client.lock().unlock();
        }
    }

    /** Programs decide on each access: then nobody may answer from a cache. */
    private boolean isHooked() {
        return all.vfs().isHooked(HookPoint.LOOKUP)
                || all.vfs().isHooked(HookPoint.OPEN)
                || all.vfs().isHooked(HookPoint.READ);
    }

    /** Whether a client has a way for our calls that is thought to be open. */
    public boolean isReachable(NfsClient client) {
        return client.callbackPath() != null;
    }

    /** What a client holds on a file; null for nothing. */
    public @Nullable LeaseKind heldBy(NfsClient client, NodeId node) {
        client.lock().lock();
        try {
            Delegation held = client.delegations.get(node);
            return held == null ? null : held.mayWrite() ? LeaseKind.WRITE : LeaseKind.READ;
        } finally {
            client.lock().unlock();
        }
    }

    /** The write delegation that another client than this holds on a file; null where there is none. */
    @Nullable
    Delegation heldByOther(NodeId node, @Nullable NfsClient asker) {
        Delegation delegation = writers.get(node);
        return delegation == null || delegation.client() == asker ? null : delegation;
    }

    /** Asks for a delegation back. */
    void recall(Delegation delegation) {
        NfsClient client = delegation.client();
        client.lock().lock();
        try {
            if (delegation.phase != Delegation.Phase.HELD) {
                return;
            }
            delegation.phase = Delegation.Phase.RECALLED;
            delegation.recalledNanos = System.nanoTime();
        } finally {
            client.lock().unlock();
        }
        if (!all.yields(client)) {
            send(delegation);
        }
    }

    private void send(Delegation delegation) {
        NfsClient client = delegation.client();
        CallbackPath path = client.pathToTry();
        client.lock().lock();
        try {
            if (path == null || delegation.asking || delegation.phase != Delegation.Phase.RECALLED) {
                return;
            }
            delegation.asking = true;
            delegation.askedNanos = System.nanoTime();
        } finally {
            client.lock().unlock();
        }
        path.call(Callback.recall(delegation.stateid(), delegation.handle()), outcome -> {
            client.lock().lock();
            try {
                delegation.asking = false;
                delegation.delivered = outcome instanceof Callback.Outcome.Answered answered && answered.isOk();
            } finally {
                client.lock().unlock();
            }
        });
    }

    /** Asks again for what a client did not hear of; when there is another way to it. */
    void sendAgain(NfsClient client) {
        List<Delegation> again;
        client.lock().lock();
        try {
            again = client.delegations.values().stream()
                    .filter(delegation -> delegation.phase == Delegation.Phase.RECALLED && !delegation.delivered)
                    .toList();
        } finally {
            client.lock().unlock();
        }
        again.forEach(this::send);
    }

    /** Asks again where the client did not hear, and takes away what was not given back in a lease's time. */
    void tick() {
        for (NfsClient client : all.clients().all()) {
            List<Delegation> again = new ArrayList<>();
            List<Lease> ended = new ArrayList<>();
            client.lock().lock();
            try {
                for (Delegation delegation : List.copyOf(client.delegations.values())) {
                    if (delegation.phase != Delegation.Phase.RECALLED) {
                        continue;
                    }
                    long now = System.nanoTime();
                    if (now - delegation.recalledNanos > all.lease().toNanos()) {
                        revokeLocked(delegation, ended);
                    } else if (now - delegation.askedNanos > RETRY_NANOS && !delegation.delivered) {
                        again.add(delegation);
                    }
                }
            } finally {
                client.lock().unlock();
            }
            ended.forEach(all.vfs().opens()::endLease);
            again.forEach(this::send);
        }
    }

    private void revokeLocked(Delegation delegation, List<Lease> ended) {
        NfsClient client = delegation.client();
        takeLocked(delegation, ended);
        if (client.isFirstMinor()) {
            // It has no way to acknowledge, and its stateid is a bad one from now on.
            all.table().remove(delegation);
        } else {
            client.revoked.incrementAndGet();
        }
    }

    private void takeLocked(Delegation delegation, List<Lease> ended) {
        delegation.phase = Delegation.Phase.REVOKED;
        delegation.client().delegations.remove(delegation.node());
        writers.remove(delegation.node(), delegation);
        Lease lease = delegation.leaseLocked();
        if (lease != null) {
            ended.add(lease);
        }
    }

    /** DELEGRETURN. */
    public void giveBack(Delegation delegation) {
        Lease lease;
        delegation.client().lock().lock();
        try {
            delegation.client().delegations.remove(delegation.node(), delegation);
            writers.remove(delegation.node(), delegation);
            all.table().remove(delegation);
            lease = delegation.leaseLocked();
        } finally {
            delegation.client().lock().unlock();
        }
        if (lease != null) {
            all.vfs().opens().endLease(lease);
        }
    }

    /** FREE_STATEID: the client knows that it was revoked; LOCKS_HELD for one that was not. */
    void free(Delegation delegation) {
        delegation.client().lock().lock();
        try {
            if (delegation.phase != Delegation.Phase.REVOKED) {
                throw new NfsException(NfsStatus.LOCKS_HELD);
            }
            delegation.client().revoked.decrementAndGet();
            all.table().remove(delegation);
        } finally {
            delegation.client().lock().unlock();
        }
    }

    /** Asks for a delegation back, if a client has one on a file. */
    void recall(NfsClient client, NodeId node) {
        Delegation held;
        client.lock().lock();
        try {
            held = client.delegations.get(node);
        } finally {
            client.lock().unlock();
        }
        if (held != null) {
            recall(held);
        }
    }

    /** Takes away the delegation that a client has on a file, if it has one, as an administrator does. */
    void revoke(NfsClient client, NodeId node) {
        List<Lease> ended = new ArrayList<>();
        client.lock().lock();
        try {
            Delegation held = client.delegations.get(node);
            if (held != null) {
                takeLocked(held, ended);
                all.table().addRevokedLocked(held);
            }
        } finally {
            client.lock().unlock();
        }
        ended.forEach(all.vfs().opens()::endLease);
    }

    /** Ends all of a client. */
    void endAll(NfsClient client) {
        List<Delegation> held;
        client.lock().lock();
        try {
            held = List.copyOf(client.delegations.values());
        } finally {
            client.lock().unlock();
        }
        held.forEach(this::giveBack);
    }
}
