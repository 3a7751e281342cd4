package dev.ring3.bench.fs;

/**
 * A filesystem, for one thread. Names are made before they are used, so that what is timed is what the filesystem does with
 * them: the n-th of them is {@code NAME-n}.
 */
interface Tree extends AutoCloseable {
    /** Bytes of a block that is written and synced. */
    int BLOCK_BYTES = 4096;

    /** Bytes of a piece of a stream. */
    int PIECE_BYTES = 1 << 20;

    /** Makes a folder, in which everything happens from now on. */
    void enter(String folder);

    /** Gets names ready, in place of those before. */
    void names(String name, int count);

    /** Makes an empty file, which must not be there. */
    void create(int number);

    void stat(int number);

    /** Gives a file another name, from which {@link #unlink} takes it. */
    void rename(int number);

    /** Takes a file away that was renamed. */
    void unlink(int number);

    /** How many entries the folder has, all of them read. */
    int list();

    /** Makes a file, writes a block to it, and makes both durable. */
    void createDurably(int number);

    /** Writes a block of the data file, and makes it durable. */
    void overwriteDurably(long block);

    /** Writes the data file from its beginning, and makes it durable. */
    void writeStream(long bytes);

    /** Reads the data file from its beginning. */
    void readStream(long bytes);

    /** Takes a snapshot of everything, durably. */
    void snapshot(String name);

    /** Whether it can. */
    boolean hasSnapshots();

    @Override
    void close();
}
