package dev.ring3.fs.lock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Leases that were asked back, and when they are. */
public final class Recall {
    // Completed once, with all that conflicted gone.
    private final CompletableFuture<Void> clear = new CompletableFuture<>();

    Recall() {}

    /** Completes when every lease that stood in the way is given back or revoked; on the thread that ended the last. */
    public CompletionStage<Void> whenClear() {
        return clear.minimalCompletionStage();
    }

    /** Whether that is so already. */
    public boolean isClear() {
        return clear.isDone();
    }

    void setClear() {
        clear.complete(null);
    }
}
