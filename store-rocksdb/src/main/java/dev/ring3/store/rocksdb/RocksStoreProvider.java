package dev.ring3.store.rocksdb;

import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import java.nio.file.Path;

/** Offers {@link RocksStore} to {@code fs}. */
public final class RocksStoreProvider implements OrderedStoreProvider {
    /** For {@code ServiceLoader}. */
    public RocksStoreProvider() {}

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public OrderedStore open(Path directory, String owner) {
        return RocksStore.open(directory, owner, RocksSettings.DEFAULT);
    }
}
