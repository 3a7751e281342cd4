import org.jspecify.annotations.NullMarked;

/** Composes a volume and what it is exported by, and is asked and told through HTTP. */
@NullMarked
module dev.ring3.server {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires dev.ring3.fuse;
    requires dev.ring3.hooks;
    requires dev.ring3.linux;
    requires dev.ring3.litmus;
    requires dev.ring3.nfs;
    requires dev.ring3.pidfs;
    requires jdk.net;

    exports dev.ring3.server;
    exports dev.ring3.server.client;
    exports dev.ring3.server.json;
}
