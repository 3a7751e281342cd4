package dev.ring3.it.nfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;

/** A session (RFC 8881, 2.10): takes a free slot for each call, and puts SEQUENCE before it. Safe for several threads. */
final class Session {
    private static final Set<Integer> LARGE =
            Set.of(OpCode.READ, OpCode.READ_PLUS, OpCode.READDIR, OpCode.GETXATTR, OpCode.LISTXATTRS);

    final Client41 client;
    final long clientId;
    final Opaque id;
    final Result.SessionMade made;
    private final int[] sequences;
    private final LinkedBlockingDeque<Integer> free = new LinkedBlockingDeque<>();

    Session(Client41 client, long clientId, Result.SessionMade made) {
        this.client = client;
        this.clientId = clientId;
        this.id = made.sessionId();
        this.made = made;
        this.sequences = new int[Math.min(made.fore().requestsMax(), 64)];
        for (int slot = 0; slot < sequences.length; slot++) {
            free.addLast(slot);
        }
    }

    Reply call(Op... ops) {
        return call(Arrays.asList(ops));
    }

    Reply call(List<Op> ops) {
        return callAs(client.credential, ops);
    }

    Reply callAs(RpcCredential credential, Op... ops) {
        return callAs(credential, Arrays.asList(ops));
    }

    Reply callAs(RpcCredential credential, List<Op> ops) {
        int slot = takeSlot();
        try {
            Reply reply = Compound.read(
                    client.minorVersion, client.connection.compound(credential, encode(slot, isCacheable(ops), ops)));
            if (reply.items().size() == 1 && reply.status() != NfsStatus.OK) {
                // SEQUENCE failed, which leaves the slot as it was (18.46.3).
                sequences[slot]--;
            }
            return reply;
        } finally {
            free.addFirst(slot);
        }
    }

    /** Sends without waiting; the slot is free again when the answer is there. */
    CompletableFuture<Reply> callLater(Op... ops) {
        int slot = takeSlot();
        return client.connection
                .compoundLater(client.credential, encode(slot, isCacheable(Arrays.asList(ops)), Arrays.asList(ops)))
                .whenComplete((reply, failure) -> free.addFirst(slot))
                .thenApply(reply -> Compound.read(client.minorVersion, reply));
    }

    /** What returns much is asked again rather than kept. */
    private static boolean isCacheable(List<Op> ops) {
        return ops.stream().noneMatch(op -> LARGE.contains(op.code()));
    }

    /** With a SEQUENCE of that slot's next number, as bytes: to send twice, or changed. */
    byte[] encode(int slot, boolean cache, List<Op> ops) {
        return encodeWith(SessionOps.sequence(id, ++sequences[slot], slot, sequences.length - 1, cache), ops);
    }

    byte[] encodeWith(Op sequence, List<Op> ops) {
        List<Op> all = new ArrayList<>();
        all.add(sequence);
        all.addAll(ops);
        return Compound.of(client.minorVersion, all).encode();
    }

    /** SEQUENCE as given, then the operations. */
    Reply callWith(Op sequence, Op... ops) {
        byte[] arguments = encodeWith(sequence, Arrays.asList(ops));
        return Compound.read(client.minorVersion, client.connection.compound(client.credential, arguments));
    }

    /** Bytes that {@link #encode} made. */
    Reply resend(byte[] arguments) {
        return Compound.read(client.minorVersion, client.connection.compound(client.credential, arguments));
    }

    /** Arguments that may not be decodable, after the slot's next SEQUENCE, which counts only if the server executed it. */
    RpcReply callMalformed(int slot, List<Op> ops) {
        return callMalformed(slot, encode(slot, true, ops));
    }

    /** What {@link #encode} made for the slot, damaged since. */
    RpcReply callMalformed(int slot, byte[] arguments) {
        RpcReply reply = client.connection.compound(client.credential, arguments);
        // SEQUENCE, executed or a retry of it, with the number as it was says which of the two happened.
        Op again = SessionOps.sequence(id, sequences[slot], slot, sequences.length - 1, true);
        sequences[slot]--;
        if (callWith(again).status() != NfsStatus.SEQ_MISORDERED) {
            sequences[slot]++;
        }
        return reply;
    }

    /** The number that the last call on the slot had. */
    int sequence(int slot) {
        return sequences[slot];
    }

    Ops.Owner owner(String name) {
        return Ops.Owner.of(clientId, name);
    }

    private int takeSlot() {
        try {
            return free.takeFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
