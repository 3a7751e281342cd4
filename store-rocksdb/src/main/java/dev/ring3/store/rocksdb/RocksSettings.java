package dev.ring3.store.rocksdb;

import java.util.List;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/**
 * What RocksDB is told. Measured reasons are in the reference on storage.
 *
 * @param cacheBytes blocks of tables, uncompressed
 * @param memtableBytes how much is written before it becomes a table; two of them at most
 */
record RocksSettings(long cacheBytes, long memtableBytes) {
    static final RocksSettings DEFAULT = new RocksSettings(128L << 20, 32L << 20);

    /** Type, inode, and hash or offset: what all versions of one item share. */
    private static final int ITEM_PREFIX_BYTES = 17;

    /** One is written to while the other becomes a table; the engine's default. */
    private static final int MEMTABLES = 2;

    private static final int BLOOM_BITS_PER_KEY = 10;

    /** Syncs into a log file that has its blocks already: 14 % sooner. */
    private static final int RECYCLED_LOGS = 4;

    private static final int PART_BYTES = 4096;

    /** The most that the engine takes, about: its cache and the memtables of one family. The other family is tiny. */
    long memoryBytes() {
        return cacheBytes + MEMTABLES * memtableBytes;
    }

    /** Options in native memory, which whoever opens a database closes after it. */
    record Native(DBOptions database, ColumnFamilyOptions family, List<AbstractImmutableNativeReference> parts)
            implements AutoCloseable {
        @Override
        public void close() {
            database.close();
            family.close();
            parts.forEach(AbstractImmutableNativeReference::close);
        }
    }

    Native build() {
        Cache cache = new LRUCache(cacheBytes);
        BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY, false);
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                // In parts: those of a whole table are megabytes, and a small cache would read them anew for each
                // lookup.
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(PART_BYTES)
                .setPinTopLevelIndexAndFilter(true)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        ColumnFamilyOptions family = new ColumnFamilyOptions()
                .setTableFormatConfig(table)
                .useFixedLengthPrefixExtractor(ITEM_PREFIX_BYTES)
                .setWriteBufferSize(memtableBytes)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        DBOptions database = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setManualWalFlush(true)
                .setRecycleLogFileNum(RECYCLED_LOGS)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxOpenFiles(-1)
                .setParanoidChecks(true)
                .setKeepLogFileNum(4);
        return new Native(database, family, List.of(cache, bloom));
    }
}
