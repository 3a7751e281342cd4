package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.RawFile;
import java.lang.System.Logger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A thread that reads requests, has them answered, and sends the answers, until the mount is gone. */
final class Worker implements Runnable {
    private static final Logger LOG = System.getLogger(Worker.class.getName());

    /** What a request has besides data: header and fields; the kernel insists on a page. */
    private static final int REQUEST_EXTRA_BYTES = 4096;

    /** What an answer has besides data: header, and the last entry of a directory that does not fit. */
    private static final int REPLY_EXTRA_BYTES = 4096;

    private static final int BUFFER_ALIGNMENT = 4096;

    /** What came of a request. */
    enum Outcome {
        ANSWER,
        LATER,
        NEVER
    }

    private final Session session;
    private final NameRequests names;
    private final AttributeRequests attributes;
    private final FlagRequests flags;
    private final FileRequests files;
    private final LockRequests locks;
    private final WaitingRequests waits;

    Worker(Session session) {
        this.session = session;
        this.names = new NameRequests(session);
        this.attributes = new AttributeRequests(session);
        this.flags = new FlagRequests(session);
        this.files = new FileRequests(session);
        this.locks = new LockRequests(session);
        this.waits = new WaitingRequests(session, files);
    }

    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            Request request =
                    new Request(arena.allocate(Session.DATA_BYTES_MAX + REQUEST_EXTRA_BYTES, BUFFER_ALIGNMENT));
            Reply reply = new Reply(arena.allocate(Session.DATA_BYTES_MAX + REPLY_EXTRA_BYTES, BUFFER_ALIGNMENT));
            while (read(request)) {
                handle(request, reply.clear());
            }
        }
    }

    /** Waits for the next request; false when there will be none. */
    private boolean read(Request request) {
        while (true) {
            try {
                long length = session.device().read(request.buffer(), RawFile.NEXT);
                if (request.accept(length)) {
                    return true;
                }
                LOG.log(Logger.Level.WARNING, "a request of {0} bytes that is none", length);
            } catch (LinuxException e) {
                if (List.of(Errno.ENODEV, Errno.ECONNABORTED, Errno.ENOTCONN, Errno.EPERM)
                        .contains(e.errno())) {
                    return false;
                }
                // ENOENT: the request was taken back before it was read; EAGAIN, EINTR: nothing there.
                if (!List.of(Errno.ENOENT, Errno.EAGAIN, Errno.EINTR).contains(e.errno())) {
                    throw e;
                }
            }
        }
    }

    private void handle(Request request, Reply reply) {
        Opcode opcode = Opcode.of(request.opcode());
        Errno error = null;
        Outcome outcome = Outcome.ANSWER;
        try {
            if (opcode == null) {
                error = Errno.ENOSYS;
            } else {
                outcome = dispatch(opcode, request, reply);
            }
        } catch (FsException e) {
            error = e.errno();
        } catch (LinuxException e) {
            error = e.errno();
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a defect of Ring3 in " + opcode, e);
            error = Errno.EIO;
        }
        if (error != null && (opcode == Opcode.FORGET || opcode == Opcode.BATCH_FORGET)) {
            outcome = Outcome.NEVER;
        }
        try {
            if (outcome == Outcome.ANSWER) {
                session.send(answer(request.unique(), reply, error));
            }
        } finally {
            reply.release();
        }
    }

    private static List<MemorySegment> answer(long unique, Reply reply, @Nullable Errno error) {
        return error == null ? reply.finish(unique) : reply.clear().finish(unique, -error.number());
    }

    /** Does what a request asks, and puts the answer together. Fails with what the kernel is told, or by a defect. */
    Outcome dispatch(Opcode opcode, Request request, Reply reply) {
        switch (opcode) {
            case LOOKUP -> names.lookup(request, reply);
            case GETATTR -> attributes.getattr(request, reply);
            case SETATTR -> attributes.setattr(request, reply);
            case READLINK -> names.readlink(request, reply);
            case SYMLINK -> names.symlink(request, reply);
            case MKNOD -> names.mknod(request, reply);
            case MKDIR -> names.mkdir(request, reply);
            case UNLINK -> names.unlink(request);
            case RMDIR -> names.rmdir(request);
            case RENAME -> names.rename(request);
            case RENAME2 -> names.rename2(request);
            case LINK -> names.link(request, reply);
            case OPEN -> files.open(request, reply);
            case READ -> {
                return waits.read(request, reply) ? Outcome.ANSWER : Outcome.LATER;
            }
            case WRITE -> files.write(request, reply);
            case STATFS -> attributes.statfs(request, reply);
            case RELEASE, RELEASEDIR -> files.release(request);
            case FSYNC -> files.fsync(request);
            case FSYNCDIR -> files.fsyncdir(request);
            case SETXATTR -> attributes.setxattr(request);
            case GETXATTR -> attributes.getxattr(request, reply);
            case LISTXATTR -> attributes.listxattr(request, reply);
            case REMOVEXATTR -> attributes.removexattr(request);
            case FLUSH -> files.flush(request);
            case INIT -> session.init(request, reply);
            case OPENDIR -> files.opendir(request, reply);
            case READDIR -> files.readdir(request, reply, false);
            case READDIRPLUS -> files.readdir(request, reply, true);
            case GETLK -> locks.getlk(request, reply);
            case SETLK -> locks.setlk(request);
            case ACCESS -> attributes.access(request);
            case CREATE -> names.create(request, reply);
            case TMPFILE -> names.tmpfile(request, reply);
            case IOCTL -> flags.ioctl(request, reply);
            case POLL -> waits.poll(request, reply);
            case FALLOCATE -> files.fallocate(request);
            case LSEEK -> files.lseek(request, reply);
            case COPY_FILE_RANGE -> files.copyFileRange(request, reply);
            case SYNCFS -> files.syncfs();
            case STATX -> attributes.statx(request, reply);
            case DESTROY -> {}
            case SETLKW -> locks.setlkw(request);
            case FORGET -> names.forget(request);
            case BATCH_FORGET -> names.batchForget(request);
            case INTERRUPT -> session.interrupts().interrupt(request.longAt(0));
        }
        return switch (opcode) {
            case SETLKW -> Outcome.LATER;
            case FORGET, BATCH_FORGET, INTERRUPT -> Outcome.NEVER;
            default -> Outcome.ANSWER;
        };
    }
}
