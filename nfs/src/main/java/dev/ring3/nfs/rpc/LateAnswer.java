package dev.ring3.nfs.rpc;

import java.nio.ByteBuffer;

/** An answer that leaves when its program says so, not when the procedure returns. */
public interface LateAnswer {
    /** The whole record, everything at the positions where the procedure wrote it; may be changed, and made shorter. */
    ByteBuffer record();

    /** Sends it and ends the call; on any thread, once. */
    void send();
}
