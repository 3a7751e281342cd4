package dev.ring3.fs.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine must do. A subclass opens one. */
public abstract class OrderedStoreContract {
    private OrderedStore store;

    /** Opens the store; a second call, after a close, opens the same one. */
    protected abstract OrderedStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void get_whatWasPut_returnsIt() {
        store.write(new Batch().put(key("a"), key("1")).put(key("b"), new byte[0]));
        assertThat(store.get(key("a"))).isEqualTo(key("1"));
        assertThat(store.get(key("b"))).isEmpty();
        assertThat(store.get(key("c"))).isNull();
    }

    @Test
    void write_severalChangesOfOneKey_lastWins() {
        store.write(new Batch()
                .put(key("a"), key("1"))
                .delete(key("a"))
                .put(key("a"), key("2"))
                .put(key("b"), key("1"))
                .deleteRange(key("b"), key("c")));
        assertThat(all()).containsExactly("a=2");
    }

    @Test
    void write_deleteRange_excludesItsEnd() {
        store.write(new Batch().put(key("a"), key("1")).put(key("b"), key("2")).put(key("c"), key("3")));
        store.write(new Batch().deleteRange(key("a"), key("c")));
        assertThat(all()).containsExactly("c=3");
        store.write(new Batch().deleteRange(key("z"), key("a")).delete(key("absent")));
        assertThat(all()).as("a range that ends before it begins").containsExactly("c=3");
    }

    @Test
    void write_emptyBatch_isRefused() {
        assertThatThrownBy(() -> store.write(new Batch())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void arrays_changedAfterwards_changeNothing() {
        byte[] key = key("a");
        byte[] value = key("1");
        store.write(new Batch().put(key, value));
        key[0] = 'x';
        value[0] = 'x';
        byte[] got = Objects.requireNonNull(store.get(key("a")));
        assertThat(got).isEqualTo(key("1"));
        got[0] = 'y';
        assertThat(all()).containsExactly("a=1");
    }

    @Test
    void order_isOfUnsignedBytes_prefixFirst() {
        byte[][] keys = {{0}, {0, 0}, {1}, {127}, {(byte) 128}, {(byte) 128, 0}, {(byte) 255}};
        Batch batch = new Batch();
        for (byte[] key : keys) {
            batch.put(key, new byte[0]);
        }
        store.write(batch);
        List<byte[]> seen = new ArrayList<>();
        try (Cursor cursor = store.scan(new byte[] {0}, new byte[] {(byte) 255, (byte) 255})) {
            while (cursor.next()) {
                seen.add(cursor.key());
            }
        }
        assertThat(seen).containsExactly(keys);
    }

    @Test
    void scan_bounds_areHalfOpen() {
        put("a", "b", "c", "d");
        assertThat(scan("b", "d")).containsExactly("b=b", "c=c");
        assertThat(scan("aa", "cc")).containsExactly("b=b", "c=c");
        assertThat(scan("c", "b")).isEmpty();
    }

    @Test
    void cursor_seek_goesBothWaysWithinItsBounds() {
        put("a", "b", "d", "f");
        try (Cursor cursor = store.scan(key("b"), key("f"))) {
            assertThat(cursor.seek(key("c"))).isTrue();
            assertThat(cursor.key()).isEqualTo(key("d"));
            assertThat(cursor.seek(key("a"))).isTrue();
            assertThat(cursor.key()).isEqualTo(key("b"));
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(key("d"));
            assertThat(cursor.value()).isEqualTo(key("d"));
            assertThat(cursor.seek(key("e"))).isFalse();
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void cursor_batchAfterItsOpening_isNotSeen() {
        put("a", "b");
        try (Cursor cursor = store.scan(key("a"), key("z"))) {
            store.write(new Batch().put(key("c"), key("c")).delete(key("b")).put(key("a"), key("2")));
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.value()).isEqualTo(key("a"));
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(key("b"));
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void transactions_ascend_alsoOverRestarts() {
        TransactionId first = store.write(new Batch().put(key("a"), key("1")));
        TransactionId second = store.write(new Batch().put(key("b"), key("2")));
        assertThat(second).isGreaterThan(first);
        assertThat(store.lastWritten()).isEqualTo(second);
        store.durable(second);
        assertThat(store.lastDurable()).isGreaterThanOrEqualTo(second);
        store.close();
        store = open();
        assertThat(store.lastWritten()).isGreaterThanOrEqualTo(second);
        assertThat(store.lastDurable()).isEqualTo(store.lastWritten());
        assertThat(store.write(new Batch().put(key("c"), key("3")))).isGreaterThan(second);
        assertThat(all()).containsExactly("a=1", "b=2", "c=3");
    }

    @Test
    void ownerEpoch_growsWithEachOpening() {
        long first = store.ownerEpoch();
        store.close();
        store = open();
        assertThat(store.ownerEpoch()).isGreaterThan(first);
    }

    @Test
    void closed_everyMethod_failsWithEbadf() {
        store.close();
        store.close();
        List<ThrowingCallable> calls = List.of(
                () -> store.get(key("a")),
                () -> store.scan(key("a"), key("b")),
                () -> store.write(new Batch().delete(key("a"))),
                () -> store.durable(TransactionId.NONE));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOfSatisfying(
                                FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF)));
    }

    @Test
    void write_manyThreads_eachBatchWhole() throws Exception {
        int threads = 4;
        int rounds = 300;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads + 1)) {
            CountDownLatch done = new CountDownLatch(threads);
            List<Future<?>> results = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                byte[] mine = key("t" + t);
                results.add(pool.submit(() -> {
                    try {
                        for (int i = 0; i < rounds; i++) {
                            TransactionId transaction = store.write(new Batch()
                                    .put(key("x"), mine)
                                    .put(key("y"), mine)
                                    .put(mine, key("" + i)));
                            if (i % 16 == 0) {
                                store.durable(transaction);
                                assertThat(store.lastDurable()).isGreaterThanOrEqualTo(transaction);
                            }
                        }
                    } finally {
                        done.countDown();
                    }
                }));
            }
            results.add(pool.submit(() -> {
                while (done.getCount() > 0) {
                    List<String> pair = scan("x", "z");
                    assertThat(pair.stream()
                                    .map(entry -> entry.substring(2))
                                    .distinct()
                                    .count())
                            .as("both keys of one batch: %s", pair)
                            .isLessThanOrEqualTo(1);
                }
            }));
            for (Future<?> result : results) {
                result.get();
            }
        }
    }

    @Test
    void randomBatches_agreeWithATreeMap() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 400; round++) {
            Batch batch = new Batch();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                change(batch, model, random);
            }
            store.write(batch);
            if (round % 100 == 99) {
                store.close();
                store = open();
            }
            byte[] from = randomKey(random);
            byte[] to = randomKey(random);
            Map<String, String> expected = new HashMap<>();
            if (Arrays.compareUnsigned(from, to) < 0) {
                model.subMap(from, to).forEach((k, v) -> expected.put(Arrays.toString(k), Arrays.toString(v)));
            }
            Map<String, String> actual = new HashMap<>();
            try (Cursor cursor = store.scan(from, to)) {
                while (cursor.next()) {
                    actual.put(Arrays.toString(cursor.key()), Arrays.toString(cursor.value()));
                }
            }
            assertThat(actual).as("replay with -Dring3.seed=%d", seed).isEqualTo(expected);
        }
    }

    private static void change(Batch batch, NavigableMap<byte[], byte[]> model, Random random) {
        byte[] key = randomKey(random);
        switch (random.nextInt(10)) {
            case 0 -> {
                byte[] to = randomKey(random);
                batch.deleteRange(key, to);
                if (Arrays.compareUnsigned(key, to) < 0) {
                    model.subMap(key, to).clear();
                }
            }
            case 1, 2, 3 -> {
                batch.delete(key);
                model.remove(key);
            }
            default -> {
                byte[] value = new byte[random.nextInt(40)];
                random.nextBytes(value);
                batch.put(key, value);
                model.put(key, value);
            }
        }
    }

    /** Short ones meet often; long ones share the prefix of 17 bytes that an engine may treat as an item. */
    private static byte[] randomKey(Random random) {
        byte[] key = new byte[random.nextBoolean() ? 1 + random.nextInt(2) : 21];
        for (int i = Math.max(0, key.length - 4); i < key.length; i++) {
            key[i] = (byte) (random.nextInt(4) * 85);
        }
        key[0] = (byte) (1 + random.nextInt(3));
        return key;
    }

    private void put(String... keys) {
        Batch batch = new Batch();
        for (String key : keys) {
            batch.put(key(key), key(key));
        }
        store.write(batch);
    }

    private List<String> all() {
        return scan("\0", "~");
    }

    private List<String> scan(String from, String to) {
        List<String> found = new ArrayList<>();
        try (Cursor cursor = store.scan(key(from), key(to))) {
            while (cursor.next()) {
                found.add(new String(cursor.key(), UTF_8) + "=" + new String(cursor.value(), UTF_8));
            }
        }
        return found;
    }

    private static byte[] key(String text) {
        return text.getBytes(UTF_8);
    }
}
