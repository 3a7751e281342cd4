package dev.ring3.it.nfs;

import java.util.Arrays;

/** Operations on files and on state, as RFC 8881, 7862 and 8276 lay them out. What concerns sessions is in {@link SessionOps}. */
final class Ops {
    /** An open or lock owner: the client and its bytes. */
    record Owner(long clientId, Opaque bytes) {
        static Owner of(long clientId, String name) {
            return new Owner(clientId, Opaque.of(name));
        }

        void write(XdrWriter out) {
            out.u64(clientId).opaque(bytes);
        }
    }

    /** A range of bytes; a length of -1 reaches to the end. */
    record Range(long offset, long length) {}

    /** How stable a WRITE is to be, in the order of their numbers. */
    enum Stable {
        UNSTABLE,
        DATA_SYNC,
        FILE_SYNC
    }

    private static final int WRITE_LOCK = 2;
    private static final int READ_LOCK = 1;

    private Ops() {}

    static Op putRootFh() {
        return Op.of(OpCode.PUTROOTFH);
    }

    static Op putFh(Opaque handle) {
        return Op.of(OpCode.PUTFH, new XdrWriter().opaque(handle));
    }

    static Op getFh() {
        return Op.of(OpCode.GETFH);
    }

    static Op saveFh() {
        return Op.of(OpCode.SAVEFH);
    }

    static Op restoreFh() {
        return Op.of(OpCode.RESTOREFH);
    }

    static Op lookup(String name) {
        return lookup(Opaque.of(name));
    }

    static Op lookup(Opaque name) {
        return Op.of(OpCode.LOOKUP, new XdrWriter().opaque(name));
    }

    static Op lookupp() {
        return Op.of(OpCode.LOOKUPP);
    }

    static Op getAttr(int... bits) {
        return Op.of(OpCode.GETATTR, new XdrWriter().bitmap(bits));
    }

    static Op access(int mask) {
        return Op.of(OpCode.ACCESS, new XdrWriter().u32(mask));
    }

    static Op setAttr(StateId stateId, AttrValues values) {
        XdrWriter out = new XdrWriter().stateId(stateId);
        values.write(out);
        return Op.of(OpCode.SETATTR, out);
    }

    static Op verify(AttrValues values) {
        XdrWriter out = new XdrWriter();
        values.write(out);
        return Op.of(OpCode.VERIFY, out);
    }

    static Op nverify(AttrValues values) {
        return new Op(OpCode.NVERIFY, verify(values).arguments());
    }

    /** CREATE of a type without data: directory, socket, FIFO; or one that CREATE cannot make. */
    static Op create(Attr.FileType type, Opaque name, AttrValues values) {
        return create(new XdrWriter().u32(type.ordinal()), name, values);
    }

    static Op mkdir(String name) {
        return create(Attr.FileType.DIR, Opaque.of(name), AttrValues.ofMode(0755));
    }

    static Op symlink(String name, String target) {
        XdrWriter type = new XdrWriter().u32(Attr.FileType.LNK.ordinal()).text(target);
        return create(type, Opaque.of(name), AttrValues.none());
    }

    static Op device(Attr.FileType type, String name, int major, int minor) {
        XdrWriter head = new XdrWriter().u32(type.ordinal()).u32(major).u32(minor);
        return create(head, Opaque.of(name), AttrValues.ofMode(0644));
    }

    private static Op create(XdrWriter out, Opaque name, AttrValues values) {
        out.opaque(name);
        values.write(out);
        return Op.of(OpCode.CREATE, out);
    }

    static Op link(String name) {
        return Op.of(OpCode.LINK, new XdrWriter().text(name));
    }

    static Op remove(String name) {
        return remove(Opaque.of(name));
    }

    static Op remove(Opaque name) {
        return Op.of(OpCode.REMOVE, new XdrWriter().opaque(name));
    }

    static Op rename(String from, String to) {
        return rename(Opaque.of(from), Opaque.of(to));
    }

    static Op rename(Opaque from, Opaque to) {
        return Op.of(OpCode.RENAME, new XdrWriter().opaque(from).opaque(to));
    }

    static Op readLink() {
        return Op.of(OpCode.READLINK);
    }

    static Op readDir(long cookie, Opaque verifier, int dirCount, int maxCount, int... bits) {
        return Op.of(
                OpCode.READDIR,
                new XdrWriter()
                        .u64(cookie)
                        .fixed(verifier)
                        .u32(dirCount)
                        .u32(maxCount)
                        .bitmap(bits));
    }

    static Op read(StateId stateId, long offset, int count) {
        return Op.of(OpCode.READ, new XdrWriter().stateId(stateId).u64(offset).u32(count));
    }

    static Op write(StateId stateId, long offset, Stable stable, byte[] data) {
        return Op.of(
                OpCode.WRITE,
                new XdrWriter()
                        .stateId(stateId)
                        .u64(offset)
                        .u32(stable.ordinal())
                        .opaque(data));
    }

    static Op commit(long offset, int count) {
        return Op.of(OpCode.COMMIT, new XdrWriter().u64(offset).u32(count));
    }

    static Op close(int seqid, StateId stateId) {
        return Op.of(OpCode.CLOSE, new XdrWriter().u32(seqid).stateId(stateId));
    }

    static Op close(StateId stateId) {
        return close(0, stateId);
    }

    static Op openDowngrade(StateId stateId, int seqid, int access, int deny) {
        return Op.of(
                OpCode.OPEN_DOWNGRADE,
                new XdrWriter().stateId(stateId).u32(seqid).u32(access).u32(deny));
    }

    static Op openConfirm(StateId stateId, int seqid) {
        return Op.of(OpCode.OPEN_CONFIRM, new XdrWriter().stateId(stateId).u32(seqid));
    }

    /** WANT_DELEGATION of the current file. */
    static Op wantDelegation(int want) {
        return Op.of(OpCode.WANT_DELEGATION, new XdrWriter().u32(want).u32(4));
    }

    static Op delegReturn(StateId stateId) {
        return Op.of(OpCode.DELEGRETURN, new XdrWriter().stateId(stateId));
    }

    static Op secInfo(String name) {
        return Op.of(OpCode.SECINFO, new XdrWriter().text(name));
    }

    /** The first lock of an owner on an open file. */
    static Op lockFirst(boolean exclusive, Range range, int openSeqid, StateId open, int lockSeqid, Owner owner) {
        XdrWriter out = lockHead(exclusive, false, range)
                .bool(true)
                .u32(openSeqid)
                .stateId(open)
                .u32(lockSeqid);
        owner.write(out);
        return Op.of(OpCode.LOCK, out);
    }

    /** As a client asks after a restart of the server. */
    static Op lockReclaim(boolean exclusive, Range range, StateId open, Owner owner) {
        XdrWriter out =
                lockHead(exclusive, true, range).bool(true).u32(0).stateId(open).u32(0);
        owner.write(out);
        return Op.of(OpCode.LOCK, out);
    }

    /** The first lock of an owner who would wait for it. */
    static Op lockWaiting(Range range, StateId open, Owner owner) {
        XdrWriter out = new XdrWriter().u32(4).bool(false).u64(range.offset()).u64(range.length());
        out.bool(true).u32(0).stateId(open).u32(0);
        owner.write(out);
        return Op.of(OpCode.LOCK, out);
    }

    static Op lockMore(boolean exclusive, Range range, StateId lock, int lockSeqid) {
        return Op.of(
                OpCode.LOCK,
                lockHead(exclusive, false, range).bool(false).stateId(lock).u32(lockSeqid));
    }

    private static XdrWriter lockHead(boolean exclusive, boolean reclaim, Range range) {
        return new XdrWriter()
                .u32(exclusive ? WRITE_LOCK : READ_LOCK)
                .bool(reclaim)
                .u64(range.offset())
                .u64(range.length());
    }

    static Op lockTest(boolean exclusive, Range range, Owner owner) {
        XdrWriter out = new XdrWriter()
                .u32(exclusive ? WRITE_LOCK : READ_LOCK)
                .u64(range.offset())
                .u64(range.length());
        owner.write(out);
        return Op.of(OpCode.LOCKT, out);
    }

    static Op unlock(Range range, StateId lock, int seqid) {
        return Op.of(
                OpCode.LOCKU,
                new XdrWriter()
                        .u32(WRITE_LOCK)
                        .u32(seqid)
                        .stateId(lock)
                        .u64(range.offset())
                        .u64(range.length()));
    }

    static Op freeStateId(StateId stateId) {
        return Op.of(OpCode.FREE_STATEID, new XdrWriter().stateId(stateId));
    }

    static Op testStateIds(StateId... stateIds) {
        XdrWriter out = new XdrWriter().u32(stateIds.length);
        Arrays.stream(stateIds).forEach(out::stateId);
        return Op.of(OpCode.TEST_STATEID, out);
    }

    static Op allocate(StateId stateId, Range range) {
        return ranged(OpCode.ALLOCATE, stateId, range);
    }

    static Op deallocate(StateId stateId, Range range) {
        return ranged(OpCode.DEALLOCATE, stateId, range);
    }

    private static Op ranged(int code, StateId stateId, Range range) {
        return Op.of(code, new XdrWriter().stateId(stateId).u64(range.offset()).u64(range.length()));
    }

    static Op seek(StateId stateId, long offset, boolean hole) {
        return Op.of(OpCode.SEEK, new XdrWriter().stateId(stateId).u64(offset).bool(hole));
    }

    static Op readPlus(StateId stateId, long offset, int count) {
        return Op.of(
                OpCode.READ_PLUS, new XdrWriter().stateId(stateId).u64(offset).u32(count));
    }

    static Op ioAdvise(StateId stateId, Range range, int... hints) {
        return Op.of(
                OpCode.IO_ADVISE,
                new XdrWriter()
                        .stateId(stateId)
                        .u64(range.offset())
                        .u64(range.length())
                        .bitmap(hints));
    }

    /** From the saved to the current file handle; {@code count} 0 means to the end of the source. */
    static Op copy(StateId from, StateId to, long fromOffset, long toOffset, long count, boolean synchronous) {
        return Op.of(
                OpCode.COPY,
                new XdrWriter()
                        .stateId(from)
                        .stateId(to)
                        .u64(fromOffset)
                        .u64(toOffset)
                        .u64(count)
                        .bool(true)
                        .bool(synchronous)
                        .u32(0));
    }

    static Op cloneRange(StateId from, StateId to, long fromOffset, long toOffset, long count) {
        return Op.of(
                OpCode.CLONE,
                new XdrWriter()
                        .stateId(from)
                        .stateId(to)
                        .u64(fromOffset)
                        .u64(toOffset)
                        .u64(count));
    }

    static Op offloadStatus(StateId copy) {
        return Op.of(OpCode.OFFLOAD_STATUS, new XdrWriter().stateId(copy));
    }

    static Op offloadCancel(StateId copy) {
        return Op.of(OpCode.OFFLOAD_CANCEL, new XdrWriter().stateId(copy));
    }

    static Op getXattr(String name) {
        return Op.of(OpCode.GETXATTR, new XdrWriter().text(name));
    }

    /** What SETXATTR does if the name is there, in the order of their numbers. */
    enum SetXattr {
        EITHER,
        CREATE,
        REPLACE
    }

    static Op setXattr(SetXattr how, String name, byte[] value) {
        return Op.of(
                OpCode.SETXATTR, new XdrWriter().u32(how.ordinal()).text(name).opaque(value));
    }

    static Op listXattrs(long cookie, int maxCount) {
        return Op.of(OpCode.LISTXATTRS, new XdrWriter().u64(cookie).u32(maxCount));
    }

    static Op removeXattr(String name) {
        return Op.of(OpCode.REMOVEXATTR, new XdrWriter().text(name));
    }
}
