package dev.ring3.store.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Gives a store's log files their length before they need it. A sync of a file that grows makes the host's filesystem
 * write its journal besides the data, which doubles the wait; one of a file whose blocks have all been written before is
 * the data alone. The engine takes old log files for new ones, but has none when it is opened. So after some syncs each of
 * the next ones writes some filler, which recovery skips, until the log is as long as it gets before it is changed for
 * another; then it is changed. After {@value #LOGS} of these the engine has a log in use and one in reserve, both long.
 *
 * <p>For one thread at a time: whoever syncs.
 */
final class LogLength {
    private static final int LOGS = 2;

    /** A store that is opened to read, or for a few changes, need not have it. */
    private static final int SYNCS_BEFORE = 32;

    private static final int STEPS = 32;

    /** So many times what this takes must be free on the host: a full disk is not the moment for filler. */
    private static final int SPARE = 8;

    private final RocksDB database;
    private final Path directory;
    private final long logBytes;
    private int syncs;
    private int stepsLeft = LOGS * STEPS;

    /** @param logBytes how long a log gets */
    LogLength(RocksDB database, Path directory, long logBytes) {
        this.database = database;
        this.directory = directory;
        this.logBytes = logBytes;
    }

    /** Before a sync, which makes filler durable with what else was written. */
    void beforeSync() throws RocksDBException {
        syncs = Math.min(syncs + 1, SYNCS_BEFORE + 1);
        if (stepsLeft == 0 || syncs <= SYNCS_BEFORE) {
            return;
        }
        if (!hasRoom()) {
            stepsLeft = 0;
            return;
        }
        try (WriteBatch filler = new WriteBatch();
                WriteOptions options = new WriteOptions()) {
            filler.putLogData(new byte[Math.toIntExact(logBytes / STEPS)]);
            database.write(options, filler);
        }
        stepsLeft--;
        if (stepsLeft % STEPS == 0) {
            changeLog();
        }
    }

    private boolean hasRoom() {
        try {
            return Files.getFileStore(directory).getUsableSpace() / SPARE >= LOGS * logBytes;
        } catch (IOException e) {
            return false;
        }
    }

    /** The engine does it when it makes a table of what it has in memory. The old log is free when this returns. */
    private void changeLog() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true)) {
            database.flush(options);
        }
    }
}
