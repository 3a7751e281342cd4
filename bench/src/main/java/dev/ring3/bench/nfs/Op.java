package dev.ring3.bench.nfs;

/** {@code nfs_opnum4} of the operations in use (RFC 8881, section 16.2.3). */
enum Op {
    CLOSE(4),
    COMMIT(5),
    CREATE(6),
    GETATTR(9),
    GETFH(10),
    LOOKUP(15),
    OPEN(18),
    PUTFH(22),
    PUTROOTFH(24),
    READ(25),
    READDIR(26),
    REMOVE(28),
    RENAME(29),
    SAVEFH(32),
    WRITE(38),
    EXCHANGE_ID(42),
    CREATE_SESSION(43),
    DESTROY_SESSION(44),
    SEQUENCE(53),
    DESTROY_CLIENTID(57),
    RECLAIM_COMPLETE(58);

    final int number;

    Op(int number) {
        this.number = number;
    }
}
