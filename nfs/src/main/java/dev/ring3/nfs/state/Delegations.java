package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Lease;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Read delegations: given to clients that we can call, called back when somebody else wants to change the file. */
public final class Delegations {
    /** How many a client holds at most. */
    private static final int DELEGATIONS_PER_CLIENT_MAX = 16_384;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final NfsState all;

    Delegations(NfsState all) {
        this.all = all;
    }

    /**
     * Gives a client a read delegation, if nothing speaks against it; else null.
     *
     * @param handle the file, as the client knows it
     */
    public @Nullable Delegation grant(NfsClient client, NodeId node, byte[] handle) {
        if (!client.hasBackPath() || isHooked()) {
            return null;
        }
        client.lock().lock();
        try {
            if (client.gone
                    || client.delegations.containsKey(node)
                    || client.delegations.size() >= DELEGATIONS_PER_CLIENT_MAX) {
                return null;
            }
            Delegation delegation = new Delegation(all.table().newStateid(client), client, node, handle);
            Lease lease = all.vfs()
                    .opens()
                    .lease(node, client.fsClient(), LeaseKind.READ, _ -> all.soon(() -> recall(delegation)));
            if (lease == null) {
                return null;
            }
            delegation.setLeaseLocked(lease);
            client.delegations.put(node, delegation);
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

    private void recall(Delegation delegation) {
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
        for (Session session : client.sessions.values()) {
            if (session.backPeer() != null) {
                session.backChannel().recall(delegation.stateid(), delegation.handle(), done -> {
                    client.lock().lock();
                    try {
                        delegation.delivered = done;
                    } finally {
                        client.lock().unlock();
                    }
                });
                return;
            }
        }
    }

    /** Asks again where the client did not hear, and takes away what was not given back in a lease's time. */
    void tick() {
        for (NfsClient client : all.clients().all()) {
            List<Delegation> again = new ArrayList<>();
            List<Lease> ended = new ArrayList<>();
            client.lock().lock();
            try {
                for (Delegation delegation : List.copyOf(client.delegations.values())) {
                    long since = System.nanoTime() - delegation.recalledNanos;
                    if (delegation.phase != Delegation.Phase.RECALLED) {
                        continue;
                    }
                    if (since > all.lease().toNanos()) {
                        revokeLocked(delegation, ended);
                    } else if (since > RETRY_NANOS && !delegation.delivered) {
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

    private static void revokeLocked(Delegation delegation, List<Lease> ended) {
        delegation.phase = Delegation.Phase.REVOKED;
        NfsClient client = delegation.client();
        client.delegations.remove(delegation.node());
        client.revoked++;
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
            delegation.client().revoked--;
            all.table().remove(delegation);
        } finally {
            delegation.client().lock().unlock();
        }
    }

    /** Whether a client has delegations that were taken away, and does not know it yet. */
    public boolean hasRevoked(NfsClient client) {
        client.lock().lock();
        try {
            return client.revoked > 0;
        } finally {
            client.lock().unlock();
        }
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
