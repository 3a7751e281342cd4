package dev.ring3.nfs.state;

import org.jspecify.annotations.Nullable;

/** What keeps the answer to a call, for when the call comes again. */
public sealed interface AnswerKeeper permits Slot, KeptReply {
    /**
     * The call is answered; once for each.
     *
     * @param answer the results from the COMPOUND's status on; null if they are not kept
     */
    void end(byte @Nullable [] answer);
}
