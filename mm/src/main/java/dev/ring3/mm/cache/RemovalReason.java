package dev.ring3.mm.cache;

/** Why a folio left the cache. */
public enum RemovalReason {
    /** Its frames were wanted. */
    RECLAIM,
    /** It was there for one use, which is over: {@link IoMode#UNCACHED}, or it was not admitted. */
    DROP_BEHIND,
    /** The file became shorter, or got a hole there. */
    TRUNCATE,
    /** A direct write took its place. */
    DIRECT_WRITE,
    /** It was told to go: {@link AddressSpace#invalidate}, or the file was closed. */
    INVALIDATE
}
