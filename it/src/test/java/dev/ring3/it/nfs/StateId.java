package dev.ring3.it.nfs;

/** A stateid4: a number that moves with every change of the state, and 12 bytes that name it (RFC 8881, 8.2). */
record StateId(int seqid, Opaque other) {
    /** All zeros: anonymous. */
    static final StateId ANONYMOUS = new StateId(0, Opaque.filled(12, 0));

    /** All ones: a READ that bypasses locks. */
    static final StateId BYPASS = new StateId(-1, Opaque.filled(12, 0xFF));

    /** The current stateid of the COMPOUND (RFC 8881, 16.2.3.1.2). */
    static final StateId CURRENT = new StateId(1, Opaque.filled(12, 0));

    /** Never valid (RFC 8881, 8.2.3). */
    static final StateId INVALID = new StateId(-1, Opaque.filled(12, 0));

    StateId withSeqid(int newSeqid) {
        return new StateId(newSeqid, other);
    }

    /** One that no server gave out. */
    StateId forged() {
        return new StateId(seqid, other.flipped(11));
    }
}
