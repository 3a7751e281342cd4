package dev.ring3.nfs.state;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A way to call a client. */
sealed interface CallbackPath permits BackChannel, FirstMinorPath {
    /** The one procedure besides NULL. */
    int CB_COMPOUND = 1;

    /** The only version of a client's program. */
    int VERSION = 1;

    int TIMEOUT_SECONDS = 15;
    int TAG_BYTES_MAX = 1024;

    /** Whether calls are thought to arrive. */
    boolean isUp();

    /** Asks for something. Never waits; what came of it is told later, on another thread, which must not be held up. */
    void call(Callback callback, Consumer<Callback.Outcome> whenDone);

    /** The result of an operation, which the reader stands before. */
    static Callback.Outcome outcome(XdrReader in, int number) {
        int operation = in.getInt();
        int status = in.getInt();
        if (operation != number) {
            throw new XdrException(in.position(), "a result of " + operation + " in place of " + number);
        }
        ByteBuffer results = in.rest();
        return new Callback.Outcome.Answered(status, results);
    }
}
