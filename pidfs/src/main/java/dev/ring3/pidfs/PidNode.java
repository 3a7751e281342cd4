package dev.ring3.pidfs;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PollNode;
import dev.ring3.linux.Errno;
import dev.ring3.linux.Pidfd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** An inode of the tree that somebody has open. That of a process holds it. */
final class PidNode implements PollNode {
    private final Inode inode;
    private final Tasks tasks;
    private final @Nullable Task task;
    private final EventLog.@Nullable Reader events;

    /** The user whose process it was when this was opened: who may signal was decided by that. */
    private final int user;

    // Guarded by this object's monitor. The content as of the moment that counts; see the package comment.
    private byte @Nullable [] content;
    private @Nullable Runnable onChange;
    private boolean closed;

    PidNode(Inode inode, Tasks tasks, EventLog log) {
        this.inode = inode;
        this.tasks = tasks;
        this.events = inode.kind() == Kind.EVENTS ? log.open() : null;
        this.task = inode.kind().isOfTask() ? tasks.hold(inode) : null;
        int owner = 0;
        if (task != null) {
            try {
                owner = currentUser(task);
                tasks.watch(task);
                task.add(this);
                this.content = isAsOfReading() ? null : TaskText.of(inode.kind(), task, tasks.boot());
            } catch (RuntimeException e) {
                task.remove(this);
                tasks.release(task);
                throw e;
            }
        }
        this.user = owner;
    }

    @Override
    public NodeId node() {
        return inode.node();
    }

    Inode inode() {
        return inode;
    }

    private boolean isAsOfReading() {
        return inode.kind().content() == Kind.STATE || inode.kind().content() == Kind.EXIT;
    }

    long read(long offset, MemorySegment into) {
        if (events != null) {
            long read = events.read(into);
            if (read == 0 && into.byteSize() > 0) {
                throw new FsException(Errno.EAGAIN, "read", "no events");
            }
            return read;
        }
        byte[] bytes = content(offset);
        long length = Math.max(0, Math.min(into.byteSize(), bytes.length - offset));
        if (length > 0) {
            MemorySegment.copy(bytes, (int) offset, into, ValueLayout.JAVA_BYTE, 0, (int) length);
        }
        return length;
    }

    private synchronized byte[] content(long offset) {
        byte[] known = content;
        if (task != null && isAsOfReading() && (offset == 0 || known == null)) {
            known = TaskText.of(inode.kind(), task, tasks.boot());
            content = known;
        }
        return known == null ? new byte[0] : known;
    }

    @Override
    public int poll(@Nullable Runnable callback) {
        if (events != null) {
            return events.isReadable(callback) ? READABLE : 0;
        }
        if (callback != null) {
            synchronized (this) {
                onChange = callback;
            }
        }
        // After the callback is in place, so that a change between the two is not missed.
        return switch (inode.kind().content()) {
            case STATE -> ready(state());
            case EXIT -> state() == Pidfd.State.REAPED ? READABLE | HANG_UP : 0;
            case SIGNAL -> WRITABLE;
            default -> READABLE;
        };
    }

    private Pidfd.State state() {
        return task == null ? Pidfd.State.RUNNING : task.pidfd().state();
    }

    /** As that of a pidfd. */
    private static int ready(Pidfd.State state) {
        return switch (state) {
            case RUNNING -> 0;
            case ZOMBIE -> READABLE;
            case REAPED -> READABLE | HANG_UP;
        };
    }

    /** On the tree's own thread: the process ended or was reaped. */
    void changed() {
        Runnable told;
        synchronized (this) {
            told = onChange;
            onChange = null;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public boolean readWaits() {
        return events != null;
    }

    /** EPERM if the process is another user's than when this was opened; ESRCH if it is gone. */
    Task requireSameUser() {
        if (task == null) {
            throw new FsException(Errno.EPERM, "signal", inode.kind().fileName());
        }
        if (currentUser(task) != user) {
            throw new FsException(Errno.EPERM, "signal", task.pidfd() + ", which is another user's now");
        }
        return task;
    }

    private static int currentUser(Task task) {
        return task.info().credentials().map(who -> who.uid()).orElse(task.user());
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            onChange = null;
        }
        if (events != null) {
            events.close();
        }
        if (task != null) {
            task.remove(this);
            tasks.release(task);
        }
    }
}
