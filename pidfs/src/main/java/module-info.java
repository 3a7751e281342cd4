import org.jspecify.annotations.NullMarked;

/** The processes of this machine as a tree of files. */
@NullMarked
module dev.ring3.pidfs {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires dev.ring3.linux;

    exports dev.ring3.pidfs;
}
