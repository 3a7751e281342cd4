package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.linux.Errno;
import java.lang.foreign.Arena;

/** Answers requests on files that become ready. None of them keeps a thread. */
final class WaitingRequests {
    /** {@code FUSE_POLL_SCHEDULE_NOTIFY}: somebody waits. */
    private static final int SCHEDULE_NOTIFY = 1;

    /** {@code O_NONBLOCK} of both architectures. */
    private static final int NON_BLOCKING = 04000;

    /** The most that a read which had to wait gets at once. */
    private static final int LATE_BYTES_MAX = 1 << 16;

    private final Session session;
    private final FileRequests files;

    WaitingRequests(Session session, FileRequests files) {
        this.session = session;
        this.files = files;
    }

    /** In: u64 handle, u64 name for notifications, u32 flags, u32 events. Out: u32 events, u32 padding. */
    void poll(Request request, Reply reply) {
        OpenFile file = session.handles().get(request.longAt(0));
        long pollHandle = request.longAt(8);
        boolean waits = (request.intAt(16) & SCHEDULE_NOTIFY) != 0;
        int ready = session.vfs().files().poll(file, waits ? () -> session.notifyPoll(pollHandle) : null);
        reply.putInt(ready).putInt(0);
    }

    /**
     * In: as {@link FileRequests#read}.
     *
     * @return whether it is answered; else it will be
     */
    boolean read(Request request, Reply reply) {
        try {
            files.read(request, reply);
            return true;
        } catch (FsException e) {
            OpenFile file = session.handles().get(request.longAt(0));
            boolean waits = (request.intAt(32) & NON_BLOCKING) == 0
                    && session.vfs().files().readWaits(file);
            if (e.errno() != Errno.EAGAIN || !waits) {
                throw e;
            }
            long bytes = Math.min(LATE_BYTES_MAX, Integer.toUnsignedLong(request.intAt(16)));
            new LateRead(session.caller(request), file, bytes, request.unique()).begin();
            return false;
        }
    }

    /** A read that waits until there is something. */
    private final class LateRead {
        private final Caller caller;
        private final OpenFile file;
        private final long bytes;
        private final long unique;
        private final Interrupts.Waiting waiting;

        // Guarded by this object's monitor: an interrupt and what was waited for may come at once.
        private boolean answered;

        LateRead(Caller caller, OpenFile file, long bytes, long unique) {
            this.caller = caller;
            this.file = file;
            this.bytes = bytes;
            this.unique = unique;
            this.waiting = session.interrupts().begin(unique);
        }

        void begin() {
            waiting.onInterrupt(() -> answer(Errno.EINTR));
            attempt();
        }

        /** Asks to be called again before it looks, so that nothing comes unnoticed between the two. */
        private synchronized void attempt() {
            if (answered) {
                return;
            }
            session.vfs().files().poll(file, this::attempt);
            try (Arena arena = Arena.ofConfined()) {
                Reply reply = new Reply(arena.allocate(Reply.HEADER_BYTES + bytes, Long.BYTES));
                reply.advance(session.vfs().files().read(caller, file, 0, reply.room(bytes)));
                answered = true;
                waiting.end();
                session.send(reply.finish(unique));
            } catch (FsException e) {
                if (e.errno() != Errno.EAGAIN) {
                    answer(e.errno());
                }
            }
        }

        private synchronized void answer(Errno error) {
            if (!answered) {
                answered = true;
                waiting.end();
                session.sendLater(unique, error.number());
            }
        }
    }
}
