import org.jspecify.annotations.NullMarked;

/** Memory management: frames under a hard budget, reclaim scopes, a lock validator, a page cache. */
@NullMarked
module dev.ring3.mm {
    requires dev.ring3.linux;
    requires static org.jspecify;

    exports dev.ring3.mm;
    exports dev.ring3.mm.cache;
    exports dev.ring3.mm.lock;
}
