package dev.ring3.fuse;

/** A thread that works for a mount. */
final class MountThread extends Thread {
    private final Session session;

    MountThread(Session session, Runnable work, String name) {
        super(work, name);
        this.session = session;
    }

    /** Whether the current thread answers requests of this mount. */
    static boolean isOf(Session session) {
        return Thread.currentThread() instanceof MountThread thread && thread.session.equals(session);
    }
}
