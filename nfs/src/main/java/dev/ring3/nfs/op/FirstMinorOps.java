package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FsException;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.state.CallbackTarget;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.OwnerSequence;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What only NFSv4.0 has: clients without sessions, and owners whose operations are numbered (RFC 7530). */
final class FirstMinorOps {
    private static final int OWNER_BYTES_MAX = 1024;
    private static final int ADDRESS_BYTES_MAX = 256;

    private FirstMinorOps() {}

    static void setclientid(Compound c) {
        long verifier = c.in.getLong();
        byte[] owner = c.in.getOpaque(OWNER_BYTES_MAX);
        int program = c.in.getInt();
        String network = new String(c.in.getOpaque(ADDRESS_BYTES_MAX), UTF_8);
        String universal = new String(c.in.getOpaque(ADDRESS_BYTES_MAX), UTF_8);
        int ident = c.in.getInt();
        CallbackTarget callbacks = CallbackTarget.of(
                program, ident, network, universal, c.call.peer().address().getAddress());
        c.state().replies().forget(c.call.peer().address().getAddress());
        long confirmBy = new SecureRandom().nextLong();
        NfsClient client = c.state()
                .clients()
                .setClientId(owner, verifier, c.call.credential(), SessionOps.address(c), confirmBy, callbacks);
        c.out.putLong(client.id()).putLong(confirmBy);
    }

    static void setclientidConfirm(Compound c) {
        long id = c.in.getLong();
        long confirmBy = c.in.getLong();
        List<NfsClient> discarded = new ArrayList<>();
        NfsClient client = c.state().clients().confirmClientId(id, confirmBy, c.call.credential(), discarded);
        c.state().discard(discarded);
        c.state().pathFound(client);
    }

    static void renew(Compound c) {
        NfsClient client = c.state().clients().require(c.in.getLong());
        client.renew();
        if (client.isUnreachable()) {
            throw new NfsException(NfsStatus.CB_PATH_DOWN);
        }
    }

    static void releaseLockOwner(Compound c) {
        NfsClient client = c.clientOf(c.in.getLong());
        c.state().locks().release(client, c.in.getOpaque(OWNER_BYTES_MAX));
    }

    static void resetUnlessAgain(OwnerSequence sequence, int seqid) {
        if (sequence.turn(seqid) == OwnerSequence.Turn.WRONG) {
            sequence.reset();
        }
    }

    /** Runs an owner's operation in its turn, or gives the answer again that the last one had. */
    static NfsStatus inOrder(Compound c, OwnerSequence sequence, int seqid, Supplier<NfsStatus> operation) {
        if (!c.isFirstMinor()) {
            return operation.get();
        }
        switch (sequence.turn(seqid)) {
            case WRONG -> throw new NfsException(NfsStatus.BAD_SEQID);
            case AGAIN -> {
                return again(c, sequence);
            }
            case NEXT -> {}
        }
        int start = c.out.position();
        NfsStatus status;
        try {
            status = operation.get();
        } catch (NfsException e) {
            status = e.status();
        } catch (FsException e) {
            status = NfsStatus.of(e.errno());
        }
        if (status != NfsStatus.OK && status != NfsStatus.DENIED) {
            c.out.truncate(start);
        }
        if (counts(status)) {
            sequence.done(seqid, status, c.out.copySince(start), c.currentOrNull());
        }
        return status;
    }

    private static NfsStatus again(Compound c, OwnerSequence sequence) {
        byte[] reply = sequence.lastReply();
        if (reply != null) {
            c.out.putFixed(reply);
        }
        if (sequence.lastPlace() instanceof Place place) {
            c.setCurrent(place);
        }
        return sequence.lastStatus();
    }

    /** Whether an operation that failed so takes a number (RFC 7530, section 9.1.7). */
    private static boolean counts(NfsStatus status) {
        return switch (status) {
            case STALE_CLIENTID, STALE_STATEID, BAD_STATEID, BAD_SEQID, BADXDR, RESOURCE, NOFILEHANDLE, MOVED -> false;
            default -> true;
        };
    }
}
