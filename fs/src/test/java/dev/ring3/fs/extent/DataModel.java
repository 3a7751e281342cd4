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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A volume and what it should hold; each step is one random operation on both. */
final class DataModel {
    static final DataOptions OPTIONS = new DataOptions(128, Long.MAX_VALUE, 0, 0);
    static final WriteBack TO_SEGMENT = new WriteBack(WriteBack.Placement.SEGMENT, CompressionMode.NONE);

    private static final int FILES = 4;
    private static final int SIZE_MAX = 40 * Blocks.BYTES + 1000;
    private static final int HEADS_MAX = 3;

    /** A writable snapshot and what it shows; the chain ends at the root. */
    private record Head(List<SnapshotId> chain, Map<Ino, byte[]> files) {}

    private final Random random;
    private final CompressionMode compression;
    private final MemoryMedium medium = new MemoryMedium();
    private final MemoryBlockDevice device = new MemoryBlockDevice(64L << 20);
    private final List<Head> heads = new ArrayList<>();
    private final List<Head> frozen = new ArrayList<>(); // interior nodes, which must never change
    private final StringBuilder history = new StringBuilder();
    private TestVolume volume;
    private long nextSnapshot = SnapshotId.FIRST.value() - 1;

    DataModel(Random random, CompressionMode compression) {
        this.random = random;
        this.compression = compression;
        this.volume = new TestVolume(medium.open("model"), device, OPTIONS);
        heads.add(new Head(TestVolume.FIRST, new HashMap<>()));
    }

    String history() {
        return history.toString();
    }

    void step() {
        Head head = heads.get(random.nextInt(heads.size()));
        Ino ino = new Ino(1 + random.nextInt(FILES));
        byte[] bytes = head.files().getOrDefault(ino, new byte[0]);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> write(head, ino, bytes);
            case 5, 6 -> truncate(head, ino, bytes);
            case 7, 8 -> punch(head, ino, bytes);
            case 9 -> zero(head, ino, bytes);
            case 10, 11 -> promise(head, ino, bytes);
            case 12 -> collapse(head, ino, bytes);
            case 13 -> insert(head, ino, bytes);
            case 14, 15 -> cloneRange(head, ino, bytes);
            case 16 -> moveSmall(head, ino, bytes);
            case 17 -> snapshot(head);
            case 18 -> deleteHead(head);
            case 19 -> housekeeping();
            default -> throw new IllegalStateException();
        }
        if (heads.contains(head)) {
            compare(head, ino);
        }
    }

    void finish() {
        compareAll();
        volume.close();
        volume = new TestVolume(medium.open("model"), device, OPTIONS);
        compareAll();
        while (heads.size() > 1) {
            deleteHead(heads.getLast());
        }
        compareAll();
    }

    void compareAll() {
        for (List<Head> list : List.of(heads, frozen)) {
            for (Head head : list) {
                head.files().keySet().forEach(ino -> compare(head, ino));
            }
        }
        assertThat(volume.check().findings()).isEmpty();
        assertThat(volume.scrub().findings()).isEmpty();
    }

    /** For a negative control. */
    void spoilModel() {
        Head head = heads.getFirst();
        byte[] bytes = head.files().values().stream()
                .filter(file -> file.length > 0)
                .findAny()
                .orElseThrow();
        bytes[bytes.length / 2] ^= 1;
    }

    private void compare(Head head, Ino ino) {
        byte[] expected = head.files().getOrDefault(ino, new byte[0]);
        byte[] actual = volume.read(ino, head.chain());
        int wrong = Arrays.mismatch(expected, actual);
        assertThat(wrong).as("first wrong byte of %s in %s", ino, head.chain()).isEqualTo(-1);
        TestRecords records = volume.records(ino, head.chain());
        assertThat(DataAudit.checkView(records)).isEmpty();
        long blocks = 0;
        for (Mapped next = Mapped.after(records, 0); next != null; next = Mapped.after(records, next.end())) {
            blocks += next.extent().blocks();
        }
        assertThat(volume.inode(ino, head.chain()).blocks())
                .as("allocated blocks")
                .isEqualTo(blocks);
        compareHoles(records, actual);
    }

    /** What is a hole by SEEK_DATA and SEEK_HOLE has to be zeros, and the two have to take turns. */
    private void compareHoles(TestRecords records, byte[] bytes) {
        long at = 0;
        while (at < bytes.length) {
            long data = volume.data.seekData(records, at, bytes.length).orElse(bytes.length);
            int hole = (int) (data - at);
            assertThat(Arrays.equals(bytes, (int) at, (int) data, new byte[hole], 0, hole))
                    .isTrue();
            if (data == bytes.length) {
                return;
            }
            assertThat(volume.data.seekHole(records, at, bytes.length).orElseThrow())
                    .isEqualTo(
                            data > at
                                    ? at
                                    : volume.data
                                            .seekHole(records, data, bytes.length)
                                            .orElseThrow());
            at = volume.data.seekHole(records, data, bytes.length).orElseThrow();
            assertThat(at).isGreaterThan(data);
        }
    }

    private void write(Head head, Ino ino, byte[] bytes) {
        int offset = random.nextInt(SIZE_MAX);
        byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : Math.min(SIZE_MAX, 20 * Blocks.BYTES))];
        if (random.nextBoolean()) {
            random.nextBytes(data);
        } else {
            Arrays.fill(data, (byte) (1 + random.nextInt(9))); // shrinks
        }
        WriteBack.Placement placement = WriteBack.Placement.values()[random.nextInt(2)];
        note("write %s %d+%d %s".formatted(ino, offset, data.length, placement));
        volume.write(ino, head.chain(), offset, data, new WriteBack(placement, compression));
        byte[] grown = Arrays.copyOf(bytes, Math.max(bytes.length, offset + data.length));
        System.arraycopy(data, 0, grown, offset, data.length);
        head.files().put(ino, grown);
    }

    private void truncate(Head head, Ino ino, byte[] bytes) {
        int size = random.nextInt(SIZE_MAX);
        note("truncate %s %d".formatted(ino, size));
        long[] at = {size};
        boolean[] more = {true};
        while (more[0]) { // few records a batch, as for a huge file
            volume.change(ino, head.chain(), size, (transaction, records) -> {
                FileData.Truncation done = volume.data.truncate(transaction, records, at[0], 3);
                more[0] = done.goOnAt().isPresent();
                at[0] = done.goOnAt().orElse(0);
                return done.allocatedBlocks();
            });
        }
        head.files().put(ino, Arrays.copyOf(bytes, size));
    }

    private void punch(Head head, Ino ino, byte[] bytes) {
        int offset = random.nextInt(SIZE_MAX);
        int length = 1 + random.nextInt(SIZE_MAX / 2);
        note("punch %s %d+%d".formatted(ino, offset, length));
        volume.change(ino, head.chain(), bytes.length, (t, r) -> volume.data.punch(t, r, offset, length));
        head.files().put(ino, zeroed(bytes, offset, length));
    }

    private void zero(Head head, Ino ino, byte[] bytes) {
        int offset = random.nextInt(SIZE_MAX);
        int length = 1 + random.nextInt(SIZE_MAX / 2);
        note("zero %s %d+%d".formatted(ino, offset, length));
        volume.change(ino, head.chain(), bytes.length, (t, r) -> volume.data.zero(t, r, offset, length));
        head.files().put(ino, zeroed(bytes, offset, length));
    }

    private static byte[] zeroed(byte[] bytes, int offset, int length) {
        byte[] copy = bytes.clone();
        Arrays.fill(copy, Math.min(offset, copy.length), Math.min(offset + length, copy.length), (byte) 0);
        return copy;
    }

    private void promise(Head head, Ino ino, byte[] bytes) {
        int offset = random.nextInt(SIZE_MAX);
        int length = 1 + random.nextInt(SIZE_MAX / 2);
        note("promise %s %d+%d".formatted(ino, offset, length));
        volume.change(ino, head.chain(), bytes.length, (t, r) -> volume.data.allocate(t, r, offset, length));
        head.files().put(ino, bytes);
    }

    private void collapse(Head head, Ino ino, byte[] bytes) {
        int blocks = bytes.length / Blocks.BYTES;
        if (blocks < 2) {
            return;
        }
        int from = random.nextInt(blocks - 1);
        int length = 1 + random.nextInt(blocks - from - 1);
        note("collapse %s blocks %d+%d".formatted(ino, from, length));
        int cut = length * Blocks.BYTES;
        volume.change(
                ino,
                head.chain(),
                bytes.length - cut,
                (t, r) -> volume.data.collapse(t, r, (long) from * Blocks.BYTES, cut));
        byte[] shorter = new byte[bytes.length - cut];
        System.arraycopy(bytes, 0, shorter, 0, from * Blocks.BYTES);
        int tail = from * Blocks.BYTES + cut;
        System.arraycopy(bytes, tail, shorter, from * Blocks.BYTES, bytes.length - tail);
        head.files().put(ino, shorter);
    }

    private void insert(Head head, Ino ino, byte[] bytes) {
        int blocks = bytes.length / Blocks.BYTES;
        int more = 1 + random.nextInt(5);
        if (blocks < 1 || bytes.length + more * Blocks.BYTES > SIZE_MAX) {
            return;
        }
        int at = random.nextInt(blocks) * Blocks.BYTES;
        int gap = more * Blocks.BYTES;
        note("insert %s %d+%d".formatted(ino, at, gap));
        volume.change(ino, head.chain(), bytes.length + gap, (t, r) -> volume.data.insert(t, r, at, gap));
        byte[] longer = new byte[bytes.length + gap];
        System.arraycopy(bytes, 0, longer, 0, at);
        System.arraycopy(bytes, at, longer, at + gap, bytes.length - at);
        head.files().put(ino, longer);
    }

    private void cloneRange(Head head, Ino target, byte[] bytes) {
        Head from = random.nextInt(4) == 0 && !frozen.isEmpty()
                ? frozen.get(random.nextInt(frozen.size()))
                : heads.get(random.nextInt(heads.size()));
        Ino source = new Ino(1 + random.nextInt(FILES));
        byte[] sourceBytes = from.files().getOrDefault(source, new byte[0]);
        int sourceBlocks = sourceBytes.length / Blocks.BYTES;
        if (sourceBlocks == 0) {
            return;
        }
        int at = random.nextInt(sourceBlocks);
        int length = (1 + random.nextInt(sourceBlocks - at)) * Blocks.BYTES;
        int to = random.nextInt(20) * Blocks.BYTES;
        note("clone %s of %s %d+%d to %s of %s at %d"
                .formatted(source, from.chain(), at, length, target, head.chain(), to));
        long size = Math.max(bytes.length, to + length);
        try {
            volume.change(
                    target,
                    head.chain(),
                    size,
                    (t, r) -> volume.data.cloneRange(
                            t, volume.records(source, from.chain()), (long) at * Blocks.BYTES, r, to, length));
        } catch (FsException e) {
            boolean overlap = source.equals(target)
                    && from.chain().equals(head.chain())
                    && Math.abs(at * Blocks.BYTES - to) < length;
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            assertThat(overlap).isTrue();
            return;
        }
        byte[] result = Arrays.copyOf(bytes, (int) size);
        System.arraycopy(sourceBytes, at * Blocks.BYTES, result, to, length);
        head.files().put(target, result);
    }

    private void moveSmall(Head head, Ino ino, byte[] bytes) {
        boolean old = random.nextBoolean() && !frozen.isEmpty();
        Head of = old ? frozen.get(random.nextInt(frozen.size())) : head;
        long size = of.files().getOrDefault(ino, new byte[0]).length;
        note("move small of %s in %s".formatted(ino, of.chain()));
        boolean[] more = {true};
        while (more[0]) {
            volume.change(ino, of.chain(), size, (transaction, records) -> {
                more[0] = volume.data.moveSmall(transaction, records, compression, 3 * Blocks.BYTES, !old);
                return 0;
            });
        }
        assertThat(volume.data.small()).doesNotContain(new SmallData(of.chain().getFirst(), ino));
        head.files().put(ino, bytes);
        heads.forEach(each -> compare(each, ino));
    }

    private void snapshot(Head head) {
        if (heads.size() == HEADS_MAX) {
            return;
        }
        note("snapshot of %s".formatted(head.chain()));
        frozen.add(head);
        heads.remove(head);
        for (int i = 0; i < 2; i++) { // the source goes on in a new node too
            List<SnapshotId> chain = new ArrayList<>();
            chain.add(new SnapshotId(nextSnapshot--));
            chain.addAll(head.chain());
            heads.add(new Head(List.copyOf(chain), new HashMap<>(head.files())));
        }
    }

    /** Deletes what only this leaf has. */
    private void deleteHead(Head head) {
        if (heads.size() == 1) {
            return;
        }
        note("delete %s".formatted(head.chain()));
        heads.remove(head);
        SnapshotId leaf = head.chain().getFirst();
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
        for (int i = 1; i <= FILES; i++) {
            batch.delete(TestKeys.inode(new Ino(i), leaf));
        }
        transaction.writeTo(batch);
        TransactionId id = volume.store.write(batch);
        transaction.committed(id);
    }

    private void housekeeping() {
        switch (random.nextInt(4)) {
            case 0 -> {
                note("fold");
                volume.data.references().fold();
            }
            case 1 -> {
                note("sync, trim");
                volume.store.durable(volume.store.lastWritten());
                volume.data.trim();
            }
            case 2 -> {
                note("reopen");
                volume = new TestVolume(medium.open("model"), device, OPTIONS); // without a clean end
            }
            case 3 -> compareAll();
            default -> throw new IllegalStateException();
        }
    }

    private void note(String operation) {
        history.append('\n').append(operation);
    }
}
