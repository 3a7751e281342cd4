import org.jspecify.annotations.NullMarked;

/** The ordered store of a volume, kept by RocksDB. */
@NullMarked
module dev.ring3.store.rocksdb {
    requires static org.jspecify;
    requires dev.ring3.fs;
    requires rocksdbjni;

    provides dev.ring3.fs.store.OrderedStoreProvider with
            dev.ring3.store.rocksdb.RocksStoreProvider;
}
