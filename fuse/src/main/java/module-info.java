import org.jspecify.annotations.NullMarked;

/** Lets the kernel mount a namespace through FUSE. */
@NullMarked
module dev.ring3.fuse {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires dev.ring3.linux;

    exports dev.ring3.fuse;
}
