package dev.ring3.mm.cache;

/** How one read or write goes. All three see the same content of a file at any moment. */
public enum IoMode {
    /** Through the cache, where the content stays. */
    BUFFERED,

    /**
     * Past the cache. Offset and length are multiples of 4 KiB. Pages that are in the cache are read from it; those written are written back first and taken out of it.
     */
    DIRECT,

    /**
     * Through the cache, but what this call brings in leaves once it has been used: after the read, or after it was
     * written back, which begins at once. (Linux, {@code RWF_DONTCACHE}.)
     */
    UNCACHED
}
