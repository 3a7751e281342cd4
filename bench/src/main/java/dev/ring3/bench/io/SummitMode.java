package dev.ring3.bench.io;

/** A way to do I/O that the question is about. */
enum SummitMode {
    BUFFERED(IoEngine.PREAD, false),
    FILECHANNEL(IoEngine.FILECHANNEL, false),
    DIRECT(IoEngine.PREAD, true),
    UNCACHED(IoEngine.UNCACHED, false),
    MAPPED(IoEngine.MAPPED, false),
    RING3(IoEngine.RING3, false),
    RING3_CACHE(IoEngine.RING3_CACHE, false);

    private static final int DIRECT_UNIT = 512;

    private final IoEngine engine;
    private final boolean direct;

    SummitMode(IoEngine engine, boolean direct) {
        this.engine = engine;
        this.direct = direct;
    }

    IoEngine engine() {
        return engine;
    }

    boolean direct() {
        return direct;
    }

    String id() {
        return this == BUFFERED || this == DIRECT ? name().toLowerCase(java.util.Locale.ROOT) : engine.id();
    }

    /** Whether it can do blocks of so many bytes; past the cache only whole sectors go. */
    boolean takes(int blockBytes) {
        return !direct || blockBytes % DIRECT_UNIT == 0;
    }
}
