/**
 * The ordered store of a volume on RocksDB.
 *
 * <p><b>Log.</b> A batch goes to RocksDB's write-ahead log in one record, buffered in the process; one sync writes out and
 * syncs what all threads have written meanwhile ({@link dev.ring3.fs.store.GroupCommit}). Recovery takes the longest
 * intact prefix of the log. A log that is about to be used has been written to before ({@code LogLength}), so that a sync writes
 * the data and nothing else.
 *
 * <p><b>Transaction numbers</b> cost no key of their own: a store begins at the engine's sequence number, which grows by
 * at least one with each batch, and counts batches from there.
 *
 * <p><b>Owners.</b> The engine's lock file keeps a second process out; the file OWNER says who holds it. The owner epoch
 * is kept in a column family of its own, and every record of the log carries it.
 *
 * <p><b>Order of locks</b>: {@code RocksStore.closing}, shared by every call, then one of the others:
 * {@code RocksStore.writing}, which makes the order of batches that of their numbers, or {@code GroupCommit}'s.
 */
package dev.ring3.store.rocksdb;
