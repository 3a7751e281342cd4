package dev.ring3.fs.store;

/**
 * A walk over a range of an {@link OrderedStore}, frozen at the moment of opening. For one thread. Must be closed; open
 * cursors hold resources of the engine.
 */
public interface Cursor extends AutoCloseable {
    /** Goes to the next key; false, for ever, when there is none in the range. The first call goes to the first key. */
    boolean next();

    /**
     * Goes to the first key that is not less than {@code key}, forward or back within the range; false if the range has
     * none. A key before the range is taken for its start.
     */
    boolean seek(byte[] key);

    /** The key it stands on; a fresh array. Only after {@link #next} or {@link #seek} was true. */
    byte[] key();

    /** The value it stands on; a fresh array. Only after {@link #next} or {@link #seek} was true. */
    byte[] value();

    @Override
    void close();
}
