import org.jspecify.annotations.NullMarked;

/** Composes a volume and what it is exported by. */
@NullMarked
module dev.ring3.server {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires dev.ring3.fuse;
    requires dev.ring3.linux;

    exports dev.ring3.server;
    exports dev.ring3.server.metrics;
}
