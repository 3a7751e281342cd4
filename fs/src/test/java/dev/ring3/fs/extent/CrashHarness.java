package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One random life of a volume on a disk with a write cache, over a store that keeps every state it was in. Before and after
 * everything that reaches the disk or the store, crashes are tried: some prefix of the batches, at least what is durable,
 * with some of the sectors that wait for a sync. Each time the volume has to open by itself, check clean, and hold byte
 * for byte what it held after the last batch that is left: so nothing is stale, foreign or torn, and what was synced is
 * there. Then the life goes on from one of these crashes.
 */
final class CrashHarness {
    /** What is broken on purpose; a harness that does not see it proves nothing. */
    enum Sabotage {
        NONE,
        /** The disk's syncs do nothing. */
        DISK_LIES,
        /** The store says that everything is durable at once, so freed blocks are used too early. */
        STORE_LIES,
        /** A batch is left half. */
        TORN_BATCH
    }

    private static final DataOptions OPTIONS = new DataOptions(64, Long.MAX_VALUE, 0, 0);
    private static final int FILES = 3;
    private static final int BLOCKS_MAX = 12;
    private static final int SEGMENTS_MAX = 8;
    private static final int CRASHES_AT_ONCE = 3;

    private record FileKey(SnapshotId snapshot, Ino ino) {}

    /** What the volume holds after a batch. Arrays are never changed. */
    private record Content(List<List<SnapshotId>> heads, Map<FileKey, byte[]> files) {}

    private record State(TransactionId last, SimulatedDisk.Loss loss) {}

    private final Random random;
    private final Sabotage sabotage;
    private final NavigableMap<Long, Content> contents = new TreeMap<>(); // by the transaction that made it so
    private MemoryMedium medium = MemoryMedium.recording();
    private SimulatedDisk disk;
    private WatchedStore store;
    private TestVolume volume;
    private Content content = new Content(List.of(TestVolume.FIRST), Map.of());
    private long nextSnapshot = SnapshotId.FIRST.value() - 1;
    private long states;
    private boolean opening;
    private long seenOnDisk = -1;
    private final Set<State> seen = new HashSet<>(); // of the disk as it is
    private Content underWay = content; // what the batch that is being written leads to
    private long underWayAfter = Long.MAX_VALUE; // the last transaction before it

    CrashHarness(long seed, Sabotage sabotage) {
        this.random = new Random(seed);
        this.sabotage = sabotage;
        this.disk = new SimulatedDisk(random, SEGMENTS_MAX, this::crashPoint);
        this.store = new WatchedStore(medium.open("harness"), this::crashPoint);
        contents.put(0L, content);
        this.volume = open();
    }

    /** How many crash states were looked at; those that are left to chance may be alike. */
    long states() {
        return states;
    }

    void live(int operations) {
        for (int i = 0; i < operations; i++) {
            boolean faulty = random.nextInt(12) == 0;
            if (faulty) {
                disk.fail(SimulatedDisk.Fault.values()[random.nextInt(5)]);
            }
            store.setFull(random.nextInt(30) == 0);
            try {
                step();
            } catch (FsException e) {
                if (e.errno() != Errno.ENOSPC && !(faulty && e.errno() == Errno.EIO)) {
                    throw e;
                }
            }
            disk.fail(SimulatedDisk.Fault.NONE);
            store.setFull(false);
            verify(volume, content);
        }
    }

    /** Crashes for good, and goes on from there. */
    void crash() {
        TransactionId last = crashedAt();
        SimulatedDisk.Loss loss = SimulatedDisk.Loss.values()[random.nextInt(4)];
        medium = medium.afterCrash(last);
        disk = disk.crashed(loss, random, this::crashPoint);
        seenOnDisk = -1;
        store = new WatchedStore(medium.open("harness"), this::crashPoint);
        contents.tailMap(last.value(), false).clear();
        content = contents.lastEntry().getValue();
        volume = open();
        verify(volume, content);
    }

    private TestVolume open() {
        if (sabotage == Sabotage.DISK_LIES) {
            disk.lie();
        } else if (sabotage == Sabotage.STORE_LIES) {
            store.lie();
        }
        opening = true;
        try {
            return new TestVolume(store, disk, OPTIONS);
        } finally {
            opening = false;
        }
    }

    private TransactionId crashedAt() {
        long durable = medium.lastDurable().value();
        long written = medium.lastWritten().value();
        return new TransactionId(durable + random.nextLong(written - durable + 1));
    }

    private void crashPoint() {
        if (opening) {
            return; // nothing is told to anybody yet; the crash before is the same
        }
        tryCrash(medium.lastDurable(), SimulatedDisk.Loss.ALL);
        tryCrash(medium.lastWritten(), SimulatedDisk.Loss.ALL);
        for (int i = 0; i < CRASHES_AT_ONCE; i++) {
            tryCrash(crashedAt(), SimulatedDisk.Loss.values()[random.nextInt(4)]);
        }
    }

    private void tryCrash(TransactionId last, SimulatedDisk.Loss loss) {
        if (seenOnDisk != disk.version()) {
            seenOnDisk = disk.version();
            seen.clear();
        }
        boolean chance =
                disk.pendingSectors() > 0 && loss != SimulatedDisk.Loss.ALL && loss != SimulatedDisk.Loss.NOTHING;
        SimulatedDisk.Loss kind = disk.pendingSectors() == 0 ? SimulatedDisk.Loss.ALL : loss;
        if (!chance && !seen.add(new State(last, kind))) {
            return; // that very state was looked at
        }
        states++;
        MemoryMedium left = medium.afterCrash(last);
        if (sabotage == Sabotage.TORN_BATCH) {
            tear(left);
        }
        Content expected = last.value() > underWayAfter
                ? underWay
                : contents.floorEntry(last.value()).getValue();
        apart(() -> {
            try (TestVolume found = new TestVolume(left.open("after a crash"), disk.peek(loss, random), OPTIONS)) {
                assertThat(found.check().findings()).isEmpty();
                verify(found, expected);
            }
        });
    }

    /** By a thread that holds none of the locks under which the volume that crashes was just writing. */
    private static void apart(Runnable inspection) {
        FutureTask<Boolean> task = new FutureTask<>(inspection, true);
        Thread.ofPlatform().start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new AssertionError(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void tear(MemoryMedium left) {
        try (var torn = left.open("tear")) {
            Batch batch = new Batch();
            try (Cursor cursor = torn.scan(DataKeys.first('r'), DataKeys.end('r'))) {
                while (cursor.next()) {
                    batch = new Batch().delete(cursor.key()); // the last record
                }
            }
            if (!batch.isEmpty()) {
                torn.write(batch);
            }
        }
    }

    private static void verify(TestVolume volume, Content content) {
        for (Map.Entry<FileKey, byte[]> file : content.files.entrySet()) {
            for (List<SnapshotId> chain : content.heads) {
                if (chain.getFirst().equals(file.getKey().snapshot())) {
                    byte[] actual = volume.read(file.getKey().ino(), chain);
                    assertThat(Arrays.mismatch(file.getValue(), actual))
                            .as("first wrong byte of %s", file.getKey())
                            .isEqualTo(-1);
                }
            }
        }
    }

    private void step() {
        List<SnapshotId> head = content.heads.get(random.nextInt(content.heads.size()));
        Ino ino = new Ino(1 + random.nextInt(FILES));
        FileKey key = new FileKey(head.getFirst(), ino);
        byte[] bytes = content.files.getOrDefault(key, new byte[0]);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> write(head, key, bytes);
            case 6 -> truncate(head, key, bytes);
            case 7 -> punch(head, key, bytes);
            case 8 -> cloneFile(head, key, bytes);
            case 9 -> collapse(head, key, bytes);
            case 10 -> moveSmall(head, key, bytes);
            case 11 -> snapshot(head);
            case 12 -> deleteHead(head);
            case 13 -> volume.store.durable(volume.store.lastWritten());
            case 14 -> volume.data.references().fold();
            case 15 -> volume.data.trim();
            default -> throw new IllegalStateException();
        }
    }

    private void write(List<SnapshotId> head, FileKey key, byte[] bytes) {
        int offset = random.nextInt((BLOCKS_MAX - 4) * Blocks.BYTES);
        byte[] data = new byte[1 + random.nextInt(4 * Blocks.BYTES)];
        random.nextBytes(data);
        byte[] next = Arrays.copyOf(bytes, Math.max(bytes.length, offset + data.length));
        System.arraycopy(data, 0, next, offset, data.length);
        WriteBack.Placement placement = WriteBack.Placement.values()[random.nextInt(2)];
        CompressionMode compression = CompressionMode.values()[random.nextInt(2)];
        DirtyRange range = volume.data.merged(volume.records(key.ino(), head), offset, MemorySegment.ofArray(data));
        try (SpaceReservation room = volume.data.reserve(range.blocks());
                PreparedWrite staged = volume.data.stage(List.of(range), room, new WriteBack(placement, compression))) {
            change(head, key, next, (t, r) -> volume.data.apply(t, r, staged));
        }
        if (random.nextInt(3) == 0) {
            volume.store.durable(volume.store.lastWritten()); // fsync
        }
    }

    private void truncate(List<SnapshotId> head, FileKey key, byte[] bytes) {
        int size = random.nextInt(BLOCKS_MAX * Blocks.BYTES);
        change(
                head,
                key,
                Arrays.copyOf(bytes, size),
                (t, r) -> volume.data.truncate(t, r, size, Integer.MAX_VALUE).allocatedBlocks());
    }

    private void punch(List<SnapshotId> head, FileKey key, byte[] bytes) {
        int offset = random.nextInt(BLOCKS_MAX * Blocks.BYTES);
        int length = 1 + random.nextInt(4 * Blocks.BYTES);
        byte[] next = bytes.clone();
        Arrays.fill(next, Math.min(offset, next.length), Math.min(offset + length, next.length), (byte) 0);
        if (random.nextBoolean()) {
            change(head, key, next, (t, r) -> volume.data.punch(t, r, offset, length));
        } else {
            change(head, key, next, (t, r) -> volume.data.zero(t, r, offset, length));
        }
    }

    private void collapse(List<SnapshotId> head, FileKey key, byte[] bytes) {
        if (bytes.length < 3 * Blocks.BYTES) {
            return;
        }
        byte[] next = new byte[bytes.length - Blocks.BYTES];
        System.arraycopy(bytes, 0, next, 0, Blocks.BYTES);
        System.arraycopy(bytes, 2 * Blocks.BYTES, next, Blocks.BYTES, next.length - Blocks.BYTES);
        change(head, key, next, (t, r) -> volume.data.collapse(t, r, Blocks.BYTES, Blocks.BYTES));
    }

    private void cloneFile(List<SnapshotId> head, FileKey key, byte[] bytes) {
        Ino source = new Ino(1 + key.ino().value() % FILES);
        byte[] from = content.files.getOrDefault(new FileKey(key.snapshot(), source), new byte[0]);
        int length = from.length / Blocks.BYTES * Blocks.BYTES;
        if (length == 0) {
            return;
        }
        byte[] next = Arrays.copyOf(bytes, Math.max(bytes.length, length));
        System.arraycopy(from, 0, next, 0, length);
        TestRecords records = volume.records(source, head);
        change(head, key, next, (t, r) -> volume.data.cloneRange(t, records, 0, r, 0, length));
    }

    private void moveSmall(List<SnapshotId> head, FileKey key, byte[] bytes) {
        change(head, key, bytes, (t, r) -> {
            volume.data.moveSmall(t, r, CompressionMode.NONE, 4 * Blocks.BYTES, random.nextBoolean());
            return 0;
        });
    }

    private void change(
            List<SnapshotId> head,
            FileKey key,
            byte[] next,
            java.util.function.ToLongBiFunction<DataTransaction, TestRecords> operation) {
        Map<FileKey, byte[]> files = new HashMap<>(content.files);
        files.put(key, next);
        begin(new Content(content.heads, files));
        try {
            end(volume.change(key.ino(), head, next.length, operation));
        } finally {
            underWayAfter = Long.MAX_VALUE;
        }
    }

    /** From here on a batch may be in the store before its operation is said to be done. */
    private void begin(Content next) {
        underWay = next;
        underWayAfter = volume.store.lastWritten().value();
    }

    private void end(TransactionId id) {
        content = underWay;
        contents.put(id.value(), content);
    }

    /** In this kit a snapshot is no batch: the source's node is not written any more, and two nodes hang on it. */
    private void snapshot(List<SnapshotId> head) {
        if (content.heads.size() > 2) {
            return;
        }
        List<List<SnapshotId>> heads = new ArrayList<>(content.heads);
        heads.remove(head);
        Map<FileKey, byte[]> files = new HashMap<>(content.files);
        for (int i = 0; i < 2; i++) {
            List<SnapshotId> chain = new ArrayList<>();
            chain.add(new SnapshotId(nextSnapshot--));
            chain.addAll(head);
            heads.add(chain);
            for (int ino = 1; ino <= FILES; ino++) {
                byte[] bytes = content.files.get(new FileKey(head.getFirst(), new Ino(ino)));
                if (bytes != null) {
                    files.put(new FileKey(chain.getFirst(), new Ino(ino)), bytes);
                }
            }
        }
        volume.store.durable(volume.store.lastWritten());
        content = new Content(heads, files);
        contents.put(volume.store.lastWritten().value(), content);
    }

    private void deleteHead(List<SnapshotId> head) {
        if (content.heads.size() == 1) {
            return;
        }
        SnapshotId leaf = head.getFirst();
        DataTransaction transaction = volume.data.begin();
        Batch batch = new Batch();
        try (Cursor cursor = volume.store.scan(TestKeys.FIRST, TestKeys.END)) {
            while (cursor.next()) {
                RecordName name = TestKeys.parse(cursor.key());
                if (name != null && name.snapshot().equals(leaf)) {
                    batch.delete(cursor.key());
                    if (cursor.value().length > 0) {
                        volume.data.dropped(transaction, cursor.value());
                    }
                }
            }
        }
        List<List<SnapshotId>> heads = new ArrayList<>(content.heads);
        heads.remove(head);
        transaction.writeTo(batch);
        if (batch.isEmpty()) {
            transaction.failed();
            content = new Content(heads, content.files);
            return;
        }
        begin(new Content(heads, content.files));
        boolean done = false;
        try {
            TransactionId id = volume.store.write(batch);
            done = true;
            transaction.committed(id);
            end(id);
        } finally {
            underWayAfter = Long.MAX_VALUE;
            if (!done) {
                transaction.failed();
            }
        }
    }
}
