package dev.ring3.hooks;

import java.util.List;

/** Where attached objects are kept over restarts. Called by one thread at a time. */
public interface HookStore {
    /** Keeps nothing. */
    HookStore NONE = new HookStore() {
        @Override
        public List<StoredHook> load() {
            return List.of();
        }

        @Override
        public void put(StoredHook hook) {}

        @Override
        public void remove(String name) {}
    };

    /**
     * All that is kept, by name.
     *
     * @throws dev.ring3.fs.FsException EUCLEAN for what is damaged, EIO for what cannot be read
     */
    List<StoredHook> load();

    /** Keeps an object in place of the one of that name; durable on return. EIO, ENOSPC; then the one before is kept. */
    void put(StoredHook hook);

    /** Forgets the object of a name, if there is one; durable on return. EIO. */
    void remove(String name);
}
