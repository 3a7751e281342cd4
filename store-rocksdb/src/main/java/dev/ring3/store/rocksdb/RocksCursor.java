package dev.ring3.store.rocksdb;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Cursor;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** An iterator of the engine with its bounds, which live in native memory as long as it does. */
final class RocksCursor implements Cursor {
    private final byte[] from;
    private final Slice to;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private boolean begun;

    RocksCursor(RocksDB database, byte[] from, byte[] to) {
        this.from = from;
        this.to = new Slice(to);
        // Auto prefix mode uses the bloom filter when bounds share the prefix of an item, and total order otherwise.
        this.options = new ReadOptions().setIterateUpperBound(this.to).setAutoPrefixMode(true);
        this.iterator = database.newIterator(options);
    }

    @Override
    public boolean next() {
        if (!begun) {
            return seek(from);
        }
        if (iterator.isValid()) {
            iterator.next();
        }
        return valid();
    }

    @Override
    public boolean seek(byte[] key) {
        begun = true;
        iterator.seek(Arrays.compareUnsigned(key, from) < 0 ? from : key);
        return valid();
    }

    private boolean valid() {
        if (iterator.isValid()) {
            return true;
        }
        try {
            iterator.status();
            return false;
        } catch (RocksDBException e) {
            throw new FsException(Errno.EIO, "scan", "the store", e);
        }
    }

    @Override
    public byte[] key() {
        return iterator.key();
    }

    @Override
    public byte[] value() {
        return iterator.value();
    }

    @Override
    public void close() {
        iterator.close();
        options.close();
        to.close();
    }
}
