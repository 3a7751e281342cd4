package dev.ring3.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.testkit.OrderedStoreContract;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest extends OrderedStoreContract {
    private static final byte[] KEY = {1};

    @TempDir
    Path directory;

    @Override
    protected OrderedStore open() {
        return open("store", "the test");
    }

    private OrderedStore open(String name, String owner) {
        return RocksStore.open(directory.resolve(name), owner, new RocksSettings(1 << 20, 1 << 20));
    }

    @Test
    void provider_isFoundByName() {
        assertThat(OrderedStoreProvider.named("rocksdb")).isInstanceOf(RocksStoreProvider.class);
        assertThatThrownBy(() -> OrderedStoreProvider.named("papyrus"))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    }

    @Test
    void open_twice_namesTheHolder() {
        assertThatThrownBy(() -> open("store", "a second"))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
                .hasMessageContaining("held by the test");
    }

    @Test
    void checkpoint_isAStoreOfItsOwn() {
        try (OrderedStore original = open("original", "the test")) {
            original.write(new Batch().put(KEY, new byte[] {1}));
            original.checkpoint(directory.resolve("copy"));
            original.write(new Batch().put(KEY, new byte[] {2}));
            try (OrderedStore copy = open("copy", "the test")) {
                assertThat(copy.get(KEY)).containsExactly(1);
            }
        }
    }

    /** What a crash of the machine leaves of a log that was synced once: a copy of the files as they are on the medium. */
    @Test
    void filesAfterDurable_holdTheTransaction() throws Exception {
        Path copy = directory.resolve("copy");
        try (OrderedStore original = open("original", "the test")) {
            TransactionId transaction = original.write(new Batch().put(KEY, new byte[] {1}));
            original.durable(transaction);
            original.write(new Batch().put(KEY, new byte[] {2})); // in the process's buffer alone
            copy(directory.resolve("original"), copy);
        }
        try (OrderedStore survivor = open("copy", "the test")) {
            assertThat(survivor.get(KEY)).containsExactly(1);
        }
    }

    /** One that grows with each sync costs the host's filesystem two more writes and one more flush each time. */
    @Test
    void log_afterSomeSyncs_hasItsLengthAlready() throws Exception {
        try (OrderedStore store = open("original", "the test")) {
            for (int i = 0; i < 200; i++) {
                store.durable(store.write(new Batch().put(new byte[] {(byte) i}, new byte[100])));
            }
            assertThat(Files.size(newestLog("original"))).isGreaterThan(1 << 20);
        }
    }

    /** What was there before is not what comes after the end of a log. */
    @Test
    void crash_withALogThatTookAnothersPlace_leavesWhatWasSynced() throws Exception {
        Path copy = directory.resolve("copy");
        try (OrderedStore original = open("original", "the test")) {
            for (int i = 0; i < 300; i++) {
                original.durable(original.write(new Batch().put(KEY, new byte[] {(byte) i, (byte) (i >> 8)})));
            }
            original.write(new Batch().put(KEY, new byte[] {7})); // in the process's buffer alone
            copy(directory.resolve("original"), copy);
        }
        try (OrderedStore survivor = open("copy", "the test")) {
            assertThat(survivor.get(KEY)).containsExactly((byte) 299, (byte) (299 >> 8));
        }
    }

    private Path newestLog(String store) throws IOException {
        try (var files = Files.list(directory.resolve(store))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparing(Path::getFileName))
                    .orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
