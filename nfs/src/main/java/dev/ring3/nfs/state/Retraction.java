package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks at all that clients hold, after exports changed. What is taken from a client of NFSv4.1 is remembered until it has
 * said by FREE_STATEID that it knows; SEQUENCE and TEST_STATEID tell it (RFC 8881, sections 8.4.2.3 and 18.46.3). One of
 * NFSv4.0 has no way to say that, and its stateids are bad ones from then on.
 */
public final class Retraction {
    /** What is to be done about something that a client holds. */
    public enum Verdict {
        KEEP,
        /** It keeps what it has open and locked, and gives its delegation back: what it may do is another thing now. */
        RECALL,
        /** It loses everything of the file. */
        REVOKE
    }

    /** Says what is to be done. */
    @FunctionalInterface
    public interface Judge {
        /** What about a file, of a client at this address. */
        Verdict judge(NodeId node, InetAddress client);
    }

    /** Of an IPv6 address: the interface, which exports do not ask for, and which may be gone. */
    private static final Pattern ZONE = Pattern.compile("%.*");

    private final NfsState all;
    private final Judge judge;

    Retraction(NfsState all, Judge judge) {
        this.all = all;
        this.judge = judge;
    }

    void run() {
        for (NfsClient client : all.clients().all()) {
            InetAddress address =
                    InetAddress.ofLiteral(ZONE.matcher(client.address()).replaceFirst(""));
            for (NodeId node : heldBy(client)) {
                switch (judge.judge(node, address)) {
                    case KEEP -> {}
                    case RECALL -> all.delegations().recall(client, node);
                    case REVOKE -> revoke(client, node);
                }
            }
        }
    }

    private Set<NodeId> heldBy(NfsClient client) {
        Set<NodeId> held = new HashSet<>();
        client.lock().lock();
        try {
            client.openOwners.values().forEach(owner -> held.addAll(owner.states.keySet()));
            held.addAll(client.delegations.keySet());
        } finally {
            client.lock().unlock();
        }
        all.copies().of(client).forEach(copy -> held.add(copy.node()));
        return held;
    }

    private void revoke(NfsClient client, NodeId node) {
        all.copies().giveUp(client, node);
        all.delegations().revoke(client, node);
        all.opens().revoke(client, node);
    }
}
