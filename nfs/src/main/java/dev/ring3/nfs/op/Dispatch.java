package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;

/** Which class has which operation. */
final class Dispatch {
    private static final int CHANGE_INFO_BYTES = 20;
    private static final int STATEID_BYTES = 16;
    private static final int BITMAP_BYTES = 16;
    private static final int VERIFIER_BYTES = 8;

    /** Type, stateid, whether recalled, limit, and an empty entry of permissions. */
    private static final int DELEGATION_BYTES = 4 + STATEID_BYTES + 4 + 12 + 16;

    /** Stateid, change, flags, attributes set, and a delegation. */
    private static final int OPEN_BYTES = STATEID_BYTES + CHANGE_INFO_BYTES + 4 + BITMAP_BYTES + DELEGATION_BYTES;

    /** Runs an operation; its results are written when it returns. */
    NfsStatus run(Compound c, Opcode opcode) {
        return switch (opcode) {
            case ACCESS -> done(() -> FileOps.access(c));
            case CLOSE -> OpenOps.close(c);
            case COMMIT -> done(() -> DataOps.commit(c));
            case CREATE -> done(() -> NameOps.create(c));
            case DELEGPURGE -> unsupported();
            case DELEGRETURN -> done(() -> DelegationOps.giveBack(c));
            case GETATTR -> done(() -> FileOps.getattr(c));
            case GETFH -> done(() -> HandleOps.getfh(c));
            case LINK -> done(() -> NameOps.link(c));
            case LOCK -> LockOps.lock(c);
            case LOCKT -> LockOps.lockt(c);
            case LOCKU -> LockOps.locku(c);
            case LOOKUP -> done(() -> HandleOps.lookup(c));
            case LOOKUPP -> done(() -> HandleOps.lookupp(c));
            case NVERIFY -> done(() -> FileOps.nverify(c));
            case OPEN -> OpenOps.open(c);
            case OPENATTR -> done(() -> c.current(), NfsStatus.NOTSUPP);
            case OPEN_CONFIRM -> OpenOps.confirm(c);
            case OPEN_DOWNGRADE -> OpenOps.downgrade(c);
            case PUTFH -> done(() -> HandleOps.putfh(c));
            case PUTPUBFH, PUTROOTFH -> done(() -> HandleOps.putrootfh(c));
            case READ -> done(() -> DataOps.read(c));
            case READDIR -> done(() -> DirectoryOps.readdir(c));
            case READLINK -> done(() -> FileOps.readlink(c));
            case REMOVE -> done(() -> NameOps.remove(c));
            case RENAME -> done(() -> NameOps.rename(c));
            case RENEW -> done(() -> FirstMinorOps.renew(c));
            case RESTOREFH -> done(c::restore);
            case SAVEFH -> done(c::save);
            case SECINFO -> done(() -> HandleOps.secinfo(c));
            case SETATTR -> done(() -> FileOps.setattr(c));
            case SETCLIENTID -> done(() -> FirstMinorOps.setclientid(c));
            case SETCLIENTID_CONFIRM -> done(() -> FirstMinorOps.setclientidConfirm(c));
            case VERIFY -> done(() -> FileOps.verify(c));
            case WRITE -> done(() -> DataOps.write(c));
            case RELEASE_LOCKOWNER -> done(() -> FirstMinorOps.releaseLockOwner(c));
            case BACKCHANNEL_CTL -> done(() -> SessionOps.backchannelCtl(c));
            case BIND_CONN_TO_SESSION -> done(() -> SessionOps.bindConnToSession(c));
            case EXCHANGE_ID -> done(() -> SessionOps.exchangeId(c));
            case CREATE_SESSION -> done(() -> SessionOps.createSession(c));
            case DESTROY_SESSION -> done(() -> SessionOps.destroySession(c));
            case FREE_STATEID -> done(() -> StateOps.freeStateid(c));
            case SECINFO_NO_NAME -> done(() -> HandleOps.secinfoNoName(c));
            case SET_SSV -> done(() -> SessionOps.setSsv(c));
            case SEQUENCE -> done(() -> SequenceOp.sequence(c));
            case TEST_STATEID -> done(() -> StateOps.testStateid(c));
            case WANT_DELEGATION -> done(() -> DelegationOps.want(c));
            case DESTROY_CLIENTID -> done(() -> SessionOps.destroyClientid(c));
            case RECLAIM_COMPLETE -> done(() -> SessionOps.reclaimComplete(c));
            case ALLOCATE -> done(() -> SparseOps.allocate(c, true));
            case DEALLOCATE -> done(() -> SparseOps.allocate(c, false));
            case COPY -> done(() -> CopyOps.copy(c));
            case IO_ADVISE -> done(() -> SparseOps.ioAdvise(c));
            case READ_PLUS -> done(() -> SparseOps.readPlus(c));
            case SEEK -> done(() -> SparseOps.seek(c));
            case OFFLOAD_CANCEL -> done(() -> CopyOps.offloadCancel(c));
            case OFFLOAD_STATUS -> done(() -> CopyOps.offloadStatus(c));
            case CLONE -> done(() -> CopyOps.clone(c));
            case GETXATTR -> done(() -> XattrOps.get(c));
            case SETXATTR -> done(() -> XattrOps.set(c));
            case LISTXATTRS -> done(() -> XattrOps.list(c));
            case REMOVEXATTR -> done(() -> XattrOps.remove(c));
            case GET_DIR_DELEGATION,
                    GETDEVICEINFO,
                    GETDEVICELIST,
                    LAYOUTCOMMIT,
                    LAYOUTGET,
                    LAYOUTRETURN,
                    COPY_NOTIFY,
                    LAYOUTERROR,
                    LAYOUTSTATS,
                    WRITE_SAME -> unsupported();
        };
    }

    private static NfsStatus done(Runnable operation) {
        operation.run();
        return NfsStatus.OK;
    }

    private static NfsStatus done(Runnable check, NfsStatus status) {
        check.run();
        return status;
    }

    private static NfsStatus unsupported() {
        throw new NfsException(NfsStatus.NOTSUPP);
    }

    /** What must fit before an operation begins that cannot be taken back. */
    static int roomFor(Opcode opcode) {
        return switch (opcode) {
            case OPEN -> OPEN_BYTES;
            case WANT_DELEGATION -> DELEGATION_BYTES;
            case CREATE -> CHANGE_INFO_BYTES + BITMAP_BYTES;
            case RENAME -> 2 * CHANGE_INFO_BYTES;
            case REMOVE, LINK, SETXATTR, REMOVEXATTR -> CHANGE_INFO_BYTES;
            case SETATTR -> BITMAP_BYTES;
            case WRITE -> 2 * Integer.BYTES + VERIFIER_BYTES;
            case COPY -> STATEID_BYTES + 2 * VERIFIER_BYTES + 5 * Integer.BYTES;
            case OFFLOAD_STATUS -> VERIFIER_BYTES + 2 * Integer.BYTES;
            case CLOSE, OPEN_DOWNGRADE, OPEN_CONFIRM, LOCK, LOCKU -> STATEID_BYTES;
            case CREATE_SESSION -> 96;
            default -> 0;
        };
    }

    /**
     * How an operation says what went wrong: statuses that the filesystem knows and the operation, or the minor version, does
     * not (RFC 8881, sections 15.1 and 15.2) are told as the next that it has.
     */
    static NfsStatus said(Compound c, Opcode opcode, NfsStatus status) {
        return switch (status) {
            case PERM -> hasPerm(opcode) ? status : NfsStatus.ACCESS;
            case RESOURCE -> c.isFirstMinor() ? status : NfsStatus.DELAY;
            default -> status;
        };
    }

    private static boolean hasPerm(Opcode opcode) {
        return switch (opcode) {
            case ALLOCATE, CLONE, COMMIT, COPY, DEALLOCATE, LINK, READ, READDIR, READLINK, READ_PLUS, REMOVE, RENAME ->
                false;
            case SEEK, WRITE -> false;
            default -> true;
        };
    }

    /** What some operations say even when they fail. */
    static void putFailure(Compound c, Opcode opcode, NfsStatus status) {
        if (opcode == Opcode.SETATTR) {
            c.out.putInt(0);
        } else if (opcode == Opcode.SETCLIENTID && status == NfsStatus.CLID_INUSE) {
            c.out.putOpaque(new byte[0]).putOpaque(new byte[0]);
        }
    }
}
