package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrReader;

/**
 * A call of our program, in a version that it has.
 *
 * @param arguments standing at the procedure's arguments; valid until the call is answered
 * @param passOn see {@link #mayTakeLong}
 */
public record RpcCall(
        int version, int procedure, Credential credential, XdrReader arguments, Peer peer, Runnable passOn) {
    /**
     * What follows may wait, or has much to do: other calls are read meanwhile, by another thread. Whoever does not say so
     * keeps them waiting for a millisecond at most. Once is enough; more often does nothing.
     */
    public void mayTakeLong() {
        passOn.run();
    }
}
