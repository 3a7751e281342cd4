package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrWriter;

/** What answers calls. */
public interface RpcProgram {
    /** What became of a call. */
    enum Outcome {
        /** The results are written. */
        DONE,
        /** The answer was taken by {@link RpcCall#answerLater}. */
        LATER,
        /** There is no such procedure. */
        NO_PROCEDURE,
        /** The caller must use other credentials. */
        WEAK_CREDENTIAL
    }

    /** The program's number. */
    int number();

    /** The one version that it has. */
    int version();

    /**
     * Works on a call, on a thread that may block, better after {@link RpcCall#mayTakeLong}.
     *
     * @param results takes what follows the reply's header
     * @throws dev.ring3.nfs.xdr.XdrException for arguments that are none
     */
    Outcome call(RpcCall call, XdrWriter results);

    /** There are no more calls: what is still to be answered is, before this returns. */
    void finish();

    /** A connection ended. */
    void closed(Peer peer);
}
