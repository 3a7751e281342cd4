package dev.ring3.fs.extent;

import dev.ring3.fs.store.FrozenStore;

/**
 * All that is known of a volume's blocks at one moment, in the store and in memory, while it goes on being used. Closing
 * it ends the view of the store.
 */
public final class DataMoment implements AutoCloseable {
    private final FrozenStore store;
    final References.Image references;
    final BlockCounts unnamed = new BlockCounts();
    final ExtentStore.Image blocks;

    /** Called while no block moves. */
    DataMoment(FrozenStore store, FileData data) {
        this.store = store;
        this.references = data.references().image();
        this.blocks = data.extents().image();
        data.unnamed().forEachRun(unnamed::add);
    }

    /** The store. */
    public FrozenStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
    }
}
