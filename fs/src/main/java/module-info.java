import dev.ring3.fs.store.OrderedStoreProvider;
import org.jspecify.annotations.NullMarked;

/** Volumes: files, subvolumes, snapshots, and a change attribute that survives crashes. */
@NullMarked
module dev.ring3.fs {
    requires static org.jspecify;
    requires transitive dev.ring3.mm;
    requires transitive dev.ring3.linux;
    requires com.github.luben.zstd_jni;

    exports dev.ring3.fs;
    exports dev.ring3.fs.extent;
    exports dev.ring3.fs.lock;
    exports dev.ring3.fs.order to
            dev.ring3.store.rocksdb;
    exports dev.ring3.fs.store;
    exports dev.ring3.fs.transfer;
    exports dev.ring3.fs.vfs;
    exports dev.ring3.fs.volume;

    uses OrderedStoreProvider;
}
