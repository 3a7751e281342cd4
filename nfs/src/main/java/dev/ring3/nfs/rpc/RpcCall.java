package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrReader;

/**
 * A call of our program, in a version that it has.
 *
 * @param xid the number that its client gave it, and gives it again if it sends it again
 * @param arguments standing at the procedure's arguments; valid until the procedure returns
 */
public record RpcCall(
        int xid, int version, int procedure, Credential credential, XdrReader arguments, Peer peer, Handling handling) {
    /** What the thread that works on a call can do about it. */
    public interface Handling {
        /** See {@link RpcCall#mayTakeLong}. */
        void passOn();

        /** See {@link RpcCall#answerLater}. */
        LateAnswer detach();
    }

    /**
     * What follows may wait, or has much to do: other calls are read meanwhile, by another thread. Whoever does not say so
     * keeps them waiting until that is noticed, some milliseconds at most. Once is enough; more often does nothing.
     */
    public void mayTakeLong() {
        handling.passOn();
    }

    /** Takes the answer as it is written now; the procedure writes no more, and its thread goes on with other calls. */
    public LateAnswer answerLater() {
        return handling.detach();
    }
}
