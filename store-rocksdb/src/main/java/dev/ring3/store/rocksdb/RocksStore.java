package dev.ring3.store.rocksdb;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.GroupCommit;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The engine; its package says how it works. */
final class RocksStore implements OrderedStore {
    private static final String OWNER_FILE = "OWNER";
    private static final byte[] OWNER_FAMILY = {'o', 'w', 'n', 'e', 'r'};
    private static final LockClass CLOSING = LockClass.named("closing of the store");
    private static final LockClass WRITING = LockClass.named("order of batches");
    private static final byte[] EPOCH_KEY = {'e', 'p', 'o', 'c', 'h'};

    private final RocksDB database;
    private final RocksSettings.Native settings;
    private final List<ColumnFamilyHandle> families;
    private final ReentrantReadWriteLock closing = FsLocks.readWriteLock(CLOSING); // read: a call is inside the engine
    private final ReentrantLock writing = FsLocks.lock(WRITING);
    private final WriteOptions writeOptions = new WriteOptions();
    private final GroupCommit commits;
    private final LogLength logLength; // of whoever syncs
    private final long ownerEpoch;
    private final long memoryBytes;
    private final byte[] epochBytes;
    private volatile long lastWritten; // written under writing
    private volatile @Nullable RuntimeException failure; // the first failure of the log; nothing is written after it
    private boolean closed; // under closing

    private RocksStore(
            RocksDB database,
            RocksSettings.Native settings,
            List<ColumnFamilyHandle> families,
            long epoch,
            Path directory,
            RocksSettings chosen) {
        this.memoryBytes = chosen.memoryBytes();
        this.logLength = new LogLength(database, directory, chosen.memtableBytes());
        this.database = database;
        this.settings = settings;
        this.families = families;
        this.ownerEpoch = epoch;
        this.epochBytes = bytes(epoch);
        this.lastWritten = database.getLatestSequenceNumber();
        this.commits = new GroupCommit(() -> lastWritten, this::syncLog, lastWritten);
    }

    static RocksStore open(Path directory, String owner, RocksSettings chosen) {
        RocksDB.loadLibrary();
        RocksSettings.Native settings = chosen.build();
        try {
            Files.createDirectories(directory);
            List<ColumnFamilyHandle> families = new ArrayList<>();
            RocksDB database = RocksDB.open(
                    settings.database(),
                    directory.toString(),
                    List.of(
                            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, settings.family()),
                            new ColumnFamilyDescriptor(OWNER_FAMILY, settings.family())),
                    families);
            Files.writeString(directory.resolve(OWNER_FILE), owner + "\n");
            return new RocksStore(database, settings, families, claim(database, families.get(1)), directory, chosen);
        } catch (RocksDBException e) {
            settings.close();
            throw heldByAnother(e) ? held(directory, e) : failed(e, "open", directory.toString());
        } catch (IOException e) {
            settings.close();
            throw new FsException(Errno.EIO, "open", directory.toString(), e);
        }
    }

    /** Written to a table at once, so that this family never keeps old logs alive. */
    private static long claim(RocksDB database, ColumnFamilyHandle family) throws RocksDBException {
        byte[] before = database.get(family, EPOCH_KEY);
        long epoch = before == null ? 1 : ByteBuffer.wrap(before).getLong() + 1;
        try (WriteOptions options = new WriteOptions();
                FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            database.put(family, options, EPOCH_KEY, bytes(epoch));
            database.flushWal(true);
            database.flush(flush, family);
        }
        return epoch;
    }

    private static boolean heldByAnother(RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("lock hold by current process") || message.contains("While lock file");
    }

    private static FsException held(Path directory, RocksDBException e) {
        String holder;
        try {
            holder = Files.readString(directory.resolve(OWNER_FILE)).strip();
        } catch (IOException unreadable) {
            holder = "an unknown owner";
        }
        return new FsException(Errno.EBUSY, "open", "%s, held by %s".formatted(directory, holder), e);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        enter("get");
        try {
            return database.get(key);
        } catch (RocksDBException e) {
            throw failed(e, "get", "a key");
        } finally {
            closing.readLock().unlock();
        }
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        enter("scan");
        try {
            return new RocksCursor(database, from.clone(), to.clone());
        } finally {
            closing.readLock().unlock();
        }
    }

    @Override
    public TransactionId write(Batch batch) {
        batch.requireContent();
        enter("write");
        try (WriteBatch encoded = encode(batch)) {
            return write(encoded);
        } catch (RocksDBException e) {
            throw failed(e, "write", "a batch");
        } finally {
            closing.readLock().unlock();
        }
    }

    private TransactionId write(WriteBatch encoded) throws RocksDBException {
        writing.lock();
        try {
            RuntimeException earlier = failure;
            if (earlier != null) {
                throw new FsException(Errno.EIO, "write", "a store whose log failed", earlier);
            }
            database.write(writeOptions, encoded);
            long transaction = lastWritten + 1;
            lastWritten = transaction;
            return new TransactionId(transaction);
        } catch (RocksDBException e) {
            failure = failed(e, "write", "the log");
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private WriteBatch encode(Batch batch) throws RocksDBException {
        WriteBatch encoded = new WriteBatch();
        encoded.putLogData(epochBytes);
        for (Batch.Change change : batch.changes()) {
            switch (change) {
                case Batch.Put(byte[] key, byte[] value) -> encoded.put(key, value);
                case Batch.Delete(byte[] key) -> encoded.delete(key);
                case Batch.DeleteRange(byte[] from, byte[] to) -> deleteRange(encoded, from, to);
            }
        }
        return encoded;
    }

    /** The engine takes a range that ends before it begins for an error; ours is empty. */
    private static void deleteRange(WriteBatch encoded, byte[] from, byte[] to) throws RocksDBException {
        if (Arrays.compareUnsigned(from, to) < 0) {
            encoded.deleteRange(from, to);
        }
    }

    @Override
    public void durable(TransactionId transaction) {
        enter("sync");
        try {
            commits.await(transaction);
        } finally {
            closing.readLock().unlock();
        }
    }

    private void syncLog() {
        try {
            logLength.beforeSync();
            database.flushWal(true);
        } catch (RocksDBException e) {
            FsException failed = failed(e, "sync", "the log");
            failure = failed;
            throw failed;
        }
    }

    @Override
    public TransactionId lastWritten() {
        return new TransactionId(lastWritten);
    }

    @Override
    public TransactionId lastDurable() {
        return commits.durable();
    }

    @Override
    public long ownerEpoch() {
        return ownerEpoch;
    }

    @Override
    public void checkpoint(Path directory) {
        enter("checkpoint");
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            commits.await(lastWritten());
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw failed(e, "checkpoint", directory.toString());
        } finally {
            closing.readLock().unlock();
        }
    }

    @Override
    public long approximateBytes() {
        enter("stat");
        try {
            return database.getLongProperty("rocksdb.total-sst-files-size")
                    + database.getLongProperty("rocksdb.cur-size-all-mem-tables");
        } catch (RocksDBException e) {
            throw failed(e, "stat", "the store");
        } finally {
            closing.readLock().unlock();
        }
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try {
                commits.await(lastWritten());
            } finally {
                writeOptions.close();
                families.forEach(ColumnFamilyHandle::close);
                database.close();
                settings.close();
            }
        } finally {
            closing.writeLock().unlock();
        }
    }

    /** Leaves the reading side of {@code closing} locked, for the caller to unlock. */
    private void enter(String operation) {
        closing.readLock().lock();
        if (closed) {
            closing.readLock().unlock();
            throw new FsException(Errno.EBADF, operation, "a closed store");
        }
    }

    private static FsException failed(RocksDBException e, String operation, String object) {
        Status status = e.getStatus();
        boolean full = status != null && status.getSubCode() == Status.SubCode.NoSpace;
        return new FsException(full ? Errno.ENOSPC : Errno.EIO, operation, object, e);
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
