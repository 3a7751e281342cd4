package dev.ring3.fs.store;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A store as it is at one moment: everything is read through one cursor, which others' writes do not reach. So a check of
 * many passes sees one state of a volume that is in use. For one thread.
 */
public final class FrozenStore implements OrderedStore {
    private static final byte[] FIRST = {0};
    private static final byte[] LAST = {(byte) 0xff};

    private final Cursor cursor;
    private final TransactionId moment;
    private @Nullable Object standing; // whose position the cursor has

    /** As the store is now. */
    public FrozenStore(OrderedStore store) {
        this.moment = store.lastWritten();
        this.cursor = store.scan(FIRST, LAST);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        standing = null;
        return cursor.seek(key) && Arrays.equals(cursor.key(), key) ? cursor.value() : null;
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return new Walk(from, to);
    }

    private final class Walk implements Cursor {
        private final byte[] from;
        private final byte[] to;
        private byte @Nullable [] key;
        private byte[] value = {};

        Walk(byte[] from, byte[] to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public boolean next() {
            byte[] last = key;
            if (last == null) {
                return seek(from);
            }
            if (standing == this) {
                return take(cursor.next());
            }
            return take(cursor.seek(Arrays.copyOf(last, last.length + 1)));
        }

        @Override
        public boolean seek(byte[] wanted) {
            return take(cursor.seek(Arrays.compareUnsigned(wanted, from) < 0 ? from : wanted));
        }

        private boolean take(boolean found) {
            standing = this;
            byte[] here = found ? cursor.key() : LAST;
            key = here;
            if (!found || Arrays.compareUnsigned(here, to) >= 0) {
                return false;
            }
            value = cursor.value();
            return true;
        }

        @Override
        public byte[] key() {
            byte[] here = key;
            if (here == null) {
                throw new IllegalStateException("the cursor stands on no key");
            }
            return here.clone();
        }

        @Override
        public byte[] value() {
            return value.clone();
        }

        @Override
        public void close() {
            // the one cursor stays, for the next walk
        }
    }

    @Override
    public TransactionId write(Batch batch) {
        throw new FsException(Errno.EROFS, "write", "a store as it was at " + moment);
    }

    @Override
    public void durable(TransactionId transaction) {
        throw new FsException(Errno.EROFS, "sync", "a store as it was at " + moment);
    }

    @Override
    public TransactionId lastWritten() {
        return moment;
    }

    @Override
    public TransactionId lastDurable() {
        return TransactionId.NONE;
    }

    @Override
    public long ownerEpoch() {
        return 0;
    }

    @Override
    public void checkpoint(Path directory) {
        throw new FsException(Errno.EOPNOTSUPP, "checkpoint", "a store as it was at " + moment);
    }

    @Override
    public long approximateBytes() {
        return 0;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
