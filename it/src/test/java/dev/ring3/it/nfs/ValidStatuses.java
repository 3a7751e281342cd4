package dev.ring3.it.nfs;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which statuses an operation may fail with: RFC 7530 (section 13.2) for NFSv4.0, RFC 8881 (section 15.2) and RFC 7862
 * (section 11.2) from then on, RFC 8276 (section 8.4) for extended attributes. Every answer that the tests' client reads is
 * held against them, so that each test is one of these too.
 */
final class ValidStatuses {
    /** What any operation of NFSv4.0 may say. */
    private static final String OF_ANY_FIRST = "BADXDR DELAY RESOURCE SERVERFAULT";

    /** What any operation in a session may say. */
    private static final String OF_ANY = "BADXDR DEADSESSION DELAY OP_NOT_IN_SESSION REP_TOO_BIG REP_TOO_BIG_TO_CACHE"
            + " REQ_TOO_BIG RETRY_UNCACHED_REP SERVERFAULT TOO_MANY_OPS";

    private static final String OF_HANDLE = " BADHANDLE FHEXPIRED MOVED NOFILEHANDLE STALE";
    private static final String OF_STATEID_FIRST =
            OF_HANDLE + " ADMIN_REVOKED BAD_STATEID EXPIRED LEASE_MOVED OLD_STATEID STALE_STATEID";
    private static final String OF_NAME = OF_HANDLE + " ACCESS BADCHAR BADNAME INVAL NAMETOOLONG NOTDIR";
    private static final String OF_FILE = OF_HANDLE + " ACCESS INVAL IO";

    private static final Map<Integer, Set<NfsStatus>> FIRST = parse(
            OF_ANY_FIRST,
            Map.ofEntries(
                    Map.entry(OpCode.ACCESS, OF_FILE),
                    Map.entry(OpCode.CLOSE, OF_STATEID_FIRST + " BAD_SEQID INVAL ISDIR LOCKS_HELD"),
                    Map.entry(OpCode.COMMIT, OF_FILE + " ISDIR ROFS SYMLINK"),
                    Map.entry(OpCode.CREATE, OF_NAME + " ATTRNOTSUPP BADOWNER BADTYPE DQUOT EXIST IO NOSPC PERM ROFS"),
                    Map.entry(7, "NOTSUPP LEASE_MOVED STALE_CLIENTID"),
                    Map.entry(OpCode.DELEGRETURN, OF_STATEID_FIRST + " INVAL NOTSUPP"),
                    Map.entry(OpCode.GETATTR, OF_FILE + " GRACE"),
                    Map.entry(OpCode.GETFH, OF_HANDLE),
                    Map.entry(
                            OpCode.LINK,
                            OF_NAME + " DQUOT EXIST FILE_OPEN IO ISDIR MLINK NOENT NOSPC NOTSUPP ROFS WRONGSEC XDEV"),
                    Map.entry(
                            OpCode.LOCK,
                            OF_STATEID_FIRST + " ACCESS BAD_RANGE BAD_SEQID DEADLOCK DENIED GRACE INVAL ISDIR"
                                    + " LOCK_NOTSUPP LOCK_RANGE NO_GRACE OPENMODE RECLAIM_BAD RECLAIM_CONFLICT"
                                    + " STALE_CLIENTID"),
                    Map.entry(
                            OpCode.LOCKT,
                            OF_HANDLE + " ACCESS BAD_RANGE DENIED EXPIRED GRACE INVAL ISDIR LEASE_MOVED LOCK_RANGE"
                                    + " STALE_CLIENTID"),
                    Map.entry(
                            OpCode.LOCKU,
                            OF_STATEID_FIRST + " ACCESS BAD_RANGE BAD_SEQID GRACE INVAL ISDIR LOCK_RANGE"),
                    Map.entry(OpCode.LOOKUP, OF_NAME + " IO NOENT SYMLINK WRONGSEC"),
                    Map.entry(OpCode.LOOKUPP, OF_HANDLE + " ACCESS IO NOENT NOTDIR SYMLINK WRONGSEC"),
                    Map.entry(OpCode.NVERIFY, OF_FILE + " ATTRNOTSUPP BADCHAR GRACE SAME"),
                    Map.entry(
                            OpCode.OPEN,
                            OF_NAME + " ADMIN_REVOKED ATTRNOTSUPP BADOWNER BAD_SEQID BAD_STATEID DQUOT EXIST EXPIRED"
                                    + " FBIG GRACE IO ISDIR NOENT NOSPC NOTSUPP NO_GRACE OLD_STATEID PERM RECLAIM_BAD"
                                    + " RECLAIM_CONFLICT ROFS SHARE_DENIED STALE_CLIENTID SYMLINK WRONGSEC"),
                    Map.entry(19, OF_HANDLE + " ACCESS DQUOT IO NOENT NOSPC NOTSUPP ROFS"),
                    Map.entry(OpCode.OPEN_CONFIRM, OF_STATEID_FIRST + " BAD_SEQID INVAL ISDIR"),
                    Map.entry(OpCode.OPEN_DOWNGRADE, OF_STATEID_FIRST + " BAD_SEQID INVAL LOCKS_HELD ROFS"),
                    Map.entry(OpCode.PUTFH, "BADHANDLE FHEXPIRED MOVED STALE WRONGSEC"),
                    Map.entry(OpCode.PUTPUBFH, "WRONGSEC"),
                    Map.entry(OpCode.PUTROOTFH, "WRONGSEC"),
                    Map.entry(OpCode.READ, OF_STATEID_FIRST + " ACCESS GRACE INVAL IO ISDIR LOCKED OPENMODE SYMLINK"),
                    Map.entry(OpCode.READDIR, OF_FILE + " BAD_COOKIE NOTDIR NOT_SAME TOOSMALL"),
                    Map.entry(OpCode.READLINK, OF_FILE + " ISDIR NOTSUPP"),
                    Map.entry(OpCode.RELEASE_LOCKOWNER, "EXPIRED LEASE_MOVED LOCKS_HELD STALE_CLIENTID"),
                    Map.entry(OpCode.REMOVE, OF_NAME + " FILE_OPEN GRACE IO NOENT NOTEMPTY ROFS"),
                    Map.entry(
                            OpCode.RENAME,
                            OF_NAME + " DQUOT EXIST FILE_OPEN GRACE IO NOENT NOSPC NOTEMPTY ROFS WRONGSEC XDEV"),
                    Map.entry(OpCode.RENEW, "ACCESS CB_PATH_DOWN EXPIRED LEASE_MOVED STALE_CLIENTID"),
                    Map.entry(OpCode.RESTOREFH, "BADHANDLE FHEXPIRED MOVED RESTOREFH STALE WRONGSEC"),
                    Map.entry(OpCode.SAVEFH, OF_HANDLE),
                    Map.entry(OpCode.SECINFO, OF_NAME + " NOENT"),
                    Map.entry(
                            OpCode.SETATTR,
                            OF_STATEID_FIRST + " ACCESS ATTRNOTSUPP BADCHAR BADOWNER DQUOT FBIG GRACE INVAL IO ISDIR"
                                    + " LOCKED NOSPC OPENMODE PERM ROFS"),
                    Map.entry(OpCode.SETCLIENTID, "CLID_INUSE INVAL"),
                    Map.entry(OpCode.SETCLIENTID_CONFIRM, "CLID_INUSE STALE_CLIENTID"),
                    Map.entry(OpCode.VERIFY, OF_FILE + " ATTRNOTSUPP BADCHAR GRACE NOT_SAME"),
                    Map.entry(
                            OpCode.WRITE,
                            OF_STATEID_FIRST + " ACCESS DQUOT FBIG GRACE INVAL IO ISDIR LOCKED NOSPC NXIO OPENMODE"
                                    + " ROFS SYMLINK"),
                    Map.entry(OpCode.ILLEGAL, "OP_ILLEGAL")));

    private static final String PLACE = " FHEXPIRED MOVED NOFILEHANDLE STALE";
    private static final String NAME = PLACE + " ACCESS BADCHAR BADNAME INVAL NAMETOOLONG NOTDIR";
    private static final String STATEID = PLACE + " ADMIN_REVOKED BAD_STATEID EXPIRED OLD_STATEID";

    /** Of what reads or writes a regular file. */
    private static final String DATA =
            STATEID + " ACCESS DELEG_REVOKED GRACE INVAL IO ISDIR OPENMODE SYMLINK WRONG_TYPE";

    /** NOTSUPP is in no table, but in the text of 18.16.4 for what a server cannot do. */
    private static final String OF_OPEN_ALONE = " DELEG_ALREADY_WANTED NOTSUPP SHARE_DENIED UNSAFE_COMPOUND";

    private static final String NEW_DATA = DATA + " NOTSUPP";
    private static final String WRITES = " DQUOT FBIG NOSPC ROFS";
    private static final String XATTR = PLACE + " ACCESS INVAL IO NOTSUPP PERM WRONG_TYPE";

    /** RFC 7530's operations as NFSv4.1 has them. */
    private static final Map<Integer, String> ON_FILES = Map.ofEntries(
            Map.entry(OpCode.ACCESS, PLACE + " ACCESS INVAL IO"),
            Map.entry(OpCode.CLOSE, STATEID + " LOCKS_HELD WRONG_CRED"),
            Map.entry(OpCode.COMMIT, PLACE + " ACCESS IO ISDIR SYMLINK WRONG_TYPE"),
            Map.entry(OpCode.CREATE, NAME + " ATTRNOTSUPP BADOWNER BADTYPE DQUOT EXIST IO MLINK NOSPC PERM ROFS"),
            Map.entry(7, "NOTSUPP WRONG_CRED"),
            Map.entry(OpCode.DELEGRETURN, STATEID + " DELEG_REVOKED INVAL NOTSUPP WRONG_CRED"),
            Map.entry(OpCode.GETATTR, PLACE + " ACCESS GRACE INVAL IO WRONG_TYPE"),
            Map.entry(OpCode.GETFH, PLACE),
            Map.entry(
                    OpCode.LINK,
                    NAME + " DQUOT EXIST FILE_OPEN GRACE IO ISDIR MLINK NOSPC NOTSUPP ROFS SYMLINK WRONGSEC"
                            + " WRONG_TYPE XDEV"),
            Map.entry(
                    OpCode.LOCK,
                    STATEID + " ACCESS BAD_RANGE DEADLOCK DENIED GRACE INVAL ISDIR LOCK_NOTSUPP LOCK_RANGE NO_GRACE"
                            + " OPENMODE RECLAIM_BAD RECLAIM_CONFLICT ROFS SYMLINK WRONG_CRED WRONG_TYPE"),
            Map.entry(
                    OpCode.LOCKT,
                    PLACE + " ACCESS BAD_RANGE DENIED GRACE INVAL ISDIR LOCK_RANGE ROFS SYMLINK WRONG_CRED WRONG_TYPE"),
            Map.entry(OpCode.LOCKU, STATEID + " ACCESS BAD_RANGE INVAL LOCK_RANGE WRONG_CRED"),
            Map.entry(OpCode.LOOKUP, NAME + " IO NOENT SYMLINK WRONGSEC"),
            Map.entry(OpCode.LOOKUPP, PLACE + " ACCESS IO NOENT NOTDIR SYMLINK WRONGSEC"),
            Map.entry(OpCode.NVERIFY, PLACE + " ACCESS ATTRNOTSUPP BADCHAR GRACE INVAL IO SAME WRONG_TYPE"),
            Map.entry(
                    OpCode.OPEN,
                    NAME + STATEID + OF_OPEN_ALONE + " ATTRNOTSUPP BADOWNER DELEG_REVOKED DQUOT EXIST FBIG GRACE IO"
                            + " ISDIR NOENT NOSPC NO_GRACE PERM RECLAIM_BAD RECLAIM_CONFLICT ROFS SYMLINK WRONGSEC"
                            + " WRONG_TYPE"),
            Map.entry(19, PLACE + " ACCESS DQUOT IO NOENT NOSPC NOTSUPP ROFS UNSAFE_COMPOUND WRONG_TYPE"),
            Map.entry(OpCode.OPEN_CONFIRM, "NOTSUPP"),
            Map.entry(OpCode.OPEN_DOWNGRADE, STATEID + " INVAL ROFS WRONG_CRED"),
            Map.entry(OpCode.PUTFH, "BADHANDLE MOVED STALE WRONGSEC"),
            Map.entry(OpCode.PUTPUBFH, "WRONGSEC"),
            Map.entry(OpCode.PUTROOTFH, "WRONGSEC"),
            Map.entry(OpCode.READ, DATA + " LOCKED"),
            Map.entry(OpCode.READDIR, PLACE + " ACCESS BAD_COOKIE INVAL IO NOTDIR NOT_SAME TOOSMALL"),
            Map.entry(OpCode.READLINK, PLACE + " ACCESS INVAL IO WRONG_TYPE"),
            Map.entry(OpCode.RELEASE_LOCKOWNER, "NOTSUPP"),
            Map.entry(OpCode.REMOVE, NAME + " FILE_OPEN GRACE IO NOENT NOTEMPTY ROFS"),
            Map.entry(
                    OpCode.RENAME,
                    NAME + " DQUOT EXIST FILE_OPEN GRACE IO MLINK NOENT NOSPC NOTEMPTY ROFS WRONGSEC XDEV"),
            Map.entry(OpCode.RENEW, "NOTSUPP"),
            Map.entry(OpCode.RESTOREFH, PLACE + " WRONGSEC"),
            Map.entry(OpCode.SAVEFH, PLACE),
            Map.entry(OpCode.SECINFO, NAME + " NOENT"),
            Map.entry(
                    OpCode.SETATTR,
                    STATEID + WRITES + " ACCESS ATTRNOTSUPP BADCHAR BADOWNER DELEG_REVOKED GRACE INVAL IO LOCKED"
                            + " OPENMODE PERM WRONG_TYPE"),
            Map.entry(OpCode.SETCLIENTID, "NOTSUPP"),
            Map.entry(OpCode.SETCLIENTID_CONFIRM, "NOTSUPP"),
            Map.entry(OpCode.VERIFY, PLACE + " ACCESS ATTRNOTSUPP BADCHAR GRACE INVAL IO NOT_SAME WRONG_TYPE"),
            Map.entry(OpCode.WRITE, DATA + WRITES + " LOCKED"),
            Map.entry(OpCode.ILLEGAL, "OP_ILLEGAL"));

    /** Those that 4.1, 4.2 and RFC 8276 added. */
    private static final Map<Integer, String> ADDED = Map.ofEntries(
            Map.entry(OpCode.BACKCHANNEL_CTL, "INVAL NOENT"),
            Map.entry(OpCode.BIND_CONN_TO_SESSION, "BADSESSION BAD_SESSION_DIGEST INVAL NOT_ONLY_OP"),
            // PERM is in no table, but in the text of 18.35.4.
            Map.entry(
                    OpCode.EXCHANGE_ID,
                    "BADCHAR CLID_INUSE ENCR_ALG_UNSUPP HASH_ALG_UNSUPP INVAL NOENT NOT_ONLY_OP NOT_SAME PERM"),
            Map.entry(
                    OpCode.CREATE_SESSION,
                    "CLID_INUSE INVAL NOENT NOT_ONLY_OP NOSPC SEQ_MISORDERED STALE_CLIENTID TOOSMALL WRONG_CRED"),
            Map.entry(
                    OpCode.DESTROY_SESSION,
                    "BACK_CHAN_BUSY BADSESSION CB_PATH_DOWN CONN_NOT_BOUND_TO_SESSION NOT_ONLY_OP STALE_CLIENTID"
                            + " WRONG_CRED"),
            Map.entry(OpCode.FREE_STATEID, "BAD_STATEID LOCKS_HELD OLD_STATEID WRONG_CRED"),
            Map.entry(46, PLACE + " ACCESS DIRDELEG_UNAVAIL GRACE INVAL IO NOTDIR NOTSUPP"),
            Map.entry(47, "INVAL NOENT NOTSUPP TOOSMALL UNKNOWN_LAYOUTTYPE"),
            Map.entry(48, "NOTSUPP"),
            Map.entry(49, "NOTSUPP"),
            Map.entry(OpCode.LAYOUTGET, "NOTSUPP"),
            Map.entry(51, "NOTSUPP"),
            Map.entry(OpCode.SECINFO_NO_NAME, PLACE + " ACCESS INVAL NOENT NOTDIR NOTSUPP"),
            Map.entry(
                    OpCode.SEQUENCE,
                    "BADSESSION BADSLOT BAD_HIGH_SLOT CONN_NOT_BOUND_TO_SESSION SEQUENCE_POS SEQ_FALSE_RETRY"
                            + " SEQ_MISORDERED"),
            Map.entry(OpCode.SET_SSV, "BAD_SESSION_DIGEST INVAL"),
            Map.entry(OpCode.TEST_STATEID, ""),
            Map.entry(
                    OpCode.WANT_DELEGATION,
                    PLACE + " DELEG_ALREADY_WANTED GRACE INVAL IO NOTSUPP NO_GRACE RECALLCONFLICT RECLAIM_BAD"
                            + " RECLAIM_CONFLICT WRONG_TYPE"),
            Map.entry(OpCode.DESTROY_CLIENTID, "CLIENTID_BUSY NOT_ONLY_OP STALE_CLIENTID WRONG_CRED"),
            Map.entry(OpCode.RECLAIM_COMPLETE, PLACE + " COMPLETE_ALREADY INVAL WRONG_CRED WRONG_TYPE"),
            Map.entry(OpCode.ALLOCATE, NEW_DATA + WRITES),
            Map.entry(
                    OpCode.COPY,
                    DATA + WRITES + " LOCKED OFFLOAD_DENIED OFFLOAD_NO_REQS PARTNER_NO_AUTH PARTNER_NOTSUPP NOTSUPP"),
            Map.entry(61, "NOTSUPP"),
            Map.entry(OpCode.DEALLOCATE, NEW_DATA + " FBIG ROFS"),
            Map.entry(
                    OpCode.IO_ADVISE,
                    STATEID + " ACCESS DELEG_REVOKED FBIG GRACE INVAL IO ISDIR NOTSUPP SYMLINK WRONG_TYPE"),
            Map.entry(64, "NOTSUPP"),
            Map.entry(65, "NOTSUPP"),
            // Both have a current filehandle among their arguments.
            Map.entry(
                    OpCode.OFFLOAD_CANCEL,
                    "ADMIN_REVOKED BAD_STATEID COMPLETE_ALREADY EXPIRED GRACE NOFILEHANDLE NOTSUPP OLD_STATEID"),
            Map.entry(
                    OpCode.OFFLOAD_STATUS,
                    "ADMIN_REVOKED BAD_STATEID COMPLETE_ALREADY EXPIRED GRACE NOFILEHANDLE NOTSUPP OLD_STATEID"),
            Map.entry(OpCode.READ_PLUS, NEW_DATA + " LOCKED PARTNER_NO_AUTH"),
            // NXIO is in no table, but in the text of 15.11.3.
            Map.entry(OpCode.SEEK, NEW_DATA + " LOCKED NXIO UNION_NOTSUPP"),
            Map.entry(70, "NOTSUPP"),
            Map.entry(OpCode.CLONE, NEW_DATA + WRITES + " XDEV"),
            Map.entry(OpCode.GETXATTR, XATTR + " BADCHAR NAMETOOLONG NOXATTR TOOSMALL"),
            Map.entry(
                    OpCode.SETXATTR,
                    XATTR + " BADCHAR BAD_STATEID DQUOT EXIST NAMETOOLONG NOSPC NOXATTR ROFS XATTR2BIG"),
            Map.entry(OpCode.LISTXATTRS, XATTR + " BAD_COOKIE NOT_SAME TOOSMALL"),
            Map.entry(OpCode.REMOVEXATTR, XATTR + " BADCHAR NAMETOOLONG NOXATTR ROFS"));

    private static final Map<Integer, Set<NfsStatus>> LATER = later();

    private ValidStatuses() {}

    private static Map<Integer, Set<NfsStatus>> later() {
        Map<Integer, String> all = new HashMap<>(ON_FILES);
        all.putAll(ADDED);
        return parse(OF_ANY, all);
    }

    private static Map<Integer, Set<NfsStatus>> parse(String ofAny, Map<Integer, String> operations) {
        return operations.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> statuses(ofAny + " " + each.getValue())));
    }

    private static Set<NfsStatus> statuses(String names) {
        return Arrays.stream(names.trim().split(" +"))
                .map(NfsStatus::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.of(NfsStatus.OK)));
    }

    /** The answer of a server that is held to them; fails for a status that its operation does not have. */
    static Reply check(int minor, Reply reply) {
        if (System.getProperty("ring3.nfs.server", "ring3").equals("ring3")) {
            reply.items().forEach(item -> check(minor, item));
        }
        return reply;
    }

    private static void check(int minor, Reply.Item item) {
        Set<NfsStatus> valid = (minor == 0 ? FIRST : LATER).get(item.code());
        if (valid == null || valid.contains(item.status()) || isOfExport(item)) {
            return;
        }
        throw new AssertionError("operation " + item.code() + " of minor version " + minor + " failed with "
                + item.status() + ", which is not one of " + valid);
    }

    /** Where the way into an export is closed to a client there is no status for it; Ring3's documents say which it gets. */
    private static boolean isOfExport(Reply.Item item) {
        boolean enters = item.code() == OpCode.PUTFH || item.code() == OpCode.PUTROOTFH || item.code() == OpCode.LOOKUP;
        return enters && (item.status() == NfsStatus.ACCESS || item.status() == NfsStatus.PERM);
    }
}
