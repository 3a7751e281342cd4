package dev.ring3.fs.extent;

/** What the host's page cache does with segment data. */
public enum HostCaching {
    /** As with any file. */
    CACHED,
    /** Drops pages when their I/O is done ({@code RWF_DONTCACHE}), where the host can: the volume has a cache of its own. */
    UNCACHED,
    /** Past the host's cache ({@code O_DIRECT}); memory that is not aligned is copied. */
    DIRECT
}
