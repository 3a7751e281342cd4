package dev.ring3.nfs.proto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code nfs_opnum4}: operations of a COMPOUND, each with the minor version that brought it. */
public enum Opcode {
    ACCESS(3, 0),
    CLOSE(4, 0),
    COMMIT(5, 0),
    CREATE(6, 0),
    DELEGPURGE(7, 0),
    DELEGRETURN(8, 0),
    GETATTR(9, 0),
    GETFH(10, 0),
    LINK(11, 0),
    LOCK(12, 0),
    LOCKT(13, 0),
    LOCKU(14, 0),
    LOOKUP(15, 0),
    LOOKUPP(16, 0),
    NVERIFY(17, 0),
    OPEN(18, 0),
    OPENATTR(19, 0),
    OPEN_CONFIRM(20, 0),
    OPEN_DOWNGRADE(21, 0),
    PUTFH(22, 0),
    PUTPUBFH(23, 0),
    PUTROOTFH(24, 0),
    READ(25, 0),
    READDIR(26, 0),
    READLINK(27, 0),
    REMOVE(28, 0),
    RENAME(29, 0),
    RENEW(30, 0),
    RESTOREFH(31, 0),
    SAVEFH(32, 0),
    SECINFO(33, 0),
    SETATTR(34, 0),
    SETCLIENTID(35, 0),
    SETCLIENTID_CONFIRM(36, 0),
    VERIFY(37, 0),
    WRITE(38, 0),
    RELEASE_LOCKOWNER(39, 0),
    BACKCHANNEL_CTL(40, 1),
    BIND_CONN_TO_SESSION(41, 1),
    EXCHANGE_ID(42, 1),
    CREATE_SESSION(43, 1),
    DESTROY_SESSION(44, 1),
    FREE_STATEID(45, 1),
    GET_DIR_DELEGATION(46, 1),
    GETDEVICEINFO(47, 1),
    GETDEVICELIST(48, 1),
    LAYOUTCOMMIT(49, 1),
    LAYOUTGET(50, 1),
    LAYOUTRETURN(51, 1),
    SECINFO_NO_NAME(52, 1),
    SEQUENCE(53, 1),
    SET_SSV(54, 1),
    TEST_STATEID(55, 1),
    WANT_DELEGATION(56, 1),
    DESTROY_CLIENTID(57, 1),
    RECLAIM_COMPLETE(58, 1),
    ALLOCATE(59, 2),
    COPY(60, 2),
    COPY_NOTIFY(61, 2),
    DEALLOCATE(62, 2),
    IO_ADVISE(63, 2),
    LAYOUTERROR(64, 2),
    LAYOUTSTATS(65, 2),
    OFFLOAD_CANCEL(66, 2),
    OFFLOAD_STATUS(67, 2),
    READ_PLUS(68, 2),
    SEEK(69, 2),
    WRITE_SAME(70, 2),
    CLONE(71, 2),
    GETXATTR(72, 2),
    SETXATTR(73, 2),
    LISTXATTRS(74, 2),
    REMOVEXATTR(75, 2);

    /** What an answer calls an operation that does not exist. */
    public static final int ILLEGAL = 10044;

    private static final Opcode[] BY_NUMBER = byNumber();

    private final int number;
    private final int sinceMinor;

    Opcode(int number, int sinceMinor) {
        this.number = number;
        this.sinceMinor = sinceMinor;
    }

    private static Opcode[] byNumber() {
        Opcode[] all = new Opcode[REMOVEXATTR.number + 1];
        Arrays.stream(values()).forEach(opcode -> all[opcode.number] = opcode);
        return all;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The operation of a number, or null if a minor version has none. */
    public static @Nullable Opcode of(int number, int minor) {
        Opcode opcode = number >= ACCESS.number && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
        return opcode != null && opcode.sinceMinor <= minor ? opcode : null;
    }

    /** Whether only NFSv4.0 has it; later versions do not support it. */
    public boolean isOfFirstMinorOnly() {
        return switch (this) {
            case OPEN_CONFIRM, RENEW, SETCLIENTID, SETCLIENTID_CONFIRM, RELEASE_LOCKOWNER -> true;
            default -> false;
        };
    }
}
