package dev.ring3.fuse;

import dev.ring3.fs.vfs.OpenFile;

/** How an open file lies in answers: {@code struct fuse_open_out}: u64 handle, u32 {@code FOPEN_*}, i32 backing id. */
final class OpenReplies {
    /** Reads and writes come to us one by one, past the kernel's cache. */
    private static final int DIRECT_IO = 1;

    /** What the kernel has of the data stays valid: it is told what others change. */
    private static final int KEEP_CACHE = 2;

    /** Writes to different places of the file may come at once. */
    private static final int PARALLEL_DIRECT_WRITES = 1 << 6;

    /** {@code O_DIRECT} of x86-64 and of AArch64, neither of which the other has for something that matters here. */
    private static final int O_DIRECT_X86 = 040000;

    /** Has no position: what is read is gone. */
    private static final int STREAM = 1 << 2 | 1 << 4;

    private final Session session;

    OpenReplies(Session session) {
        this.session = session;
    }

    void put(Reply reply, OpenFile file, int flags) {
        boolean isVolatile = session.vfs().isVolatile(file.node());
        boolean direct = session.isUncached() || isVolatile || (flags & O_DIRECT_X86) != 0;
        int how = direct ? DIRECT_IO | PARALLEL_DIRECT_WRITES : KEEP_CACHE;
        if (session.vfs().files().readWaits(file)) {
            how |= STREAM;
        }
        Handles handles = session.handles();
        reply.putLong(direct ? handles.add(file) : handles.addCached(file))
                .putInt(how)
                .putInt(0);
    }
}
