package dev.ring3.it.nfs;

/** Numbers of operations (RFC 7530, 8881, 7862, 8276). */
final class OpCode {
    static final int ACCESS = 3;
    static final int CLOSE = 4;
    static final int COMMIT = 5;
    static final int CREATE = 6;
    static final int DELEGRETURN = 8;
    static final int GETATTR = 9;
    static final int GETFH = 10;
    static final int LINK = 11;
    static final int LOCK = 12;
    static final int LOCKT = 13;
    static final int LOCKU = 14;
    static final int LOOKUP = 15;
    static final int LOOKUPP = 16;
    static final int NVERIFY = 17;
    static final int OPEN = 18;
    static final int OPEN_CONFIRM = 20;
    static final int OPEN_DOWNGRADE = 21;
    static final int PUTFH = 22;
    static final int PUTPUBFH = 23;
    static final int PUTROOTFH = 24;
    static final int READ = 25;
    static final int READDIR = 26;
    static final int READLINK = 27;
    static final int REMOVE = 28;
    static final int RENAME = 29;
    static final int RENEW = 30;
    static final int RESTOREFH = 31;
    static final int SAVEFH = 32;
    static final int SECINFO = 33;
    static final int SETATTR = 34;
    static final int SETCLIENTID = 35;
    static final int SETCLIENTID_CONFIRM = 36;
    static final int VERIFY = 37;
    static final int WRITE = 38;
    static final int RELEASE_LOCKOWNER = 39;
    static final int BACKCHANNEL_CTL = 40;
    static final int BIND_CONN_TO_SESSION = 41;
    static final int EXCHANGE_ID = 42;
    static final int CREATE_SESSION = 43;
    static final int DESTROY_SESSION = 44;
    static final int FREE_STATEID = 45;
    static final int LAYOUTGET = 50;
    static final int SECINFO_NO_NAME = 52;
    static final int SEQUENCE = 53;
    static final int SET_SSV = 54;
    static final int TEST_STATEID = 55;
    static final int DESTROY_CLIENTID = 57;
    static final int RECLAIM_COMPLETE = 58;
    static final int ALLOCATE = 59;
    static final int COPY = 60;
    static final int DEALLOCATE = 62;
    static final int IO_ADVISE = 63;
    static final int OFFLOAD_CANCEL = 66;
    static final int OFFLOAD_STATUS = 67;
    static final int READ_PLUS = 68;
    static final int SEEK = 69;
    static final int CLONE = 71;
    static final int GETXATTR = 72;
    static final int SETXATTR = 73;
    static final int LISTXATTRS = 74;
    static final int REMOVEXATTR = 75;
    static final int ILLEGAL = 10044;

    private OpCode() {}
}
