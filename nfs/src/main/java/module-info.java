import org.jspecify.annotations.NullMarked;

/** Serves a namespace to other machines through NFSv4. */
@NullMarked
module dev.ring3.nfs {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;

    exports dev.ring3.nfs;
}
