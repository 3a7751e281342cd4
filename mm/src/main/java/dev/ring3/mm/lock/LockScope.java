package dev.ring3.mm.lock;

/** What holds for whoever holds a lock: code runs inside. Reclaim scopes are such. */
public interface LockScope {
    /** Runs code inside. */
    <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body) throws X;

    /** Runs code inside. */
    void run(Runnable body);
}
