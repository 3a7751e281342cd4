package dev.ring3.it.crash;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.volume.Volume;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Random operations on a volume, one after the other, that remembers what the volume shows after each, what each promised,
 * and which change attributes somebody has seen.
 */
final class CutWorkload {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0);
    private static final int FILES_MAX = 10;
    private static final int BLOCKS_MAX = 40;
    private static final int WRITTEN_BLOCKS_MAX = 14;
    private static final int SNAPSHOTS_MAX = 3;

    /** That after an operation some blocks are no older than these, on condition. */
    @SuppressWarnings("ArrayRecordComponent") // compared one by one
    record Promise(int operation, long ino, int[] versions) {}

    /** A change attribute that was shown after an operation. */
    @SuppressWarnings("ArrayRecordComponent") // compared one by one
    record Seen(int operation, long ino, long change, int[] versions) {}

    private final Volume volume;
    private final BlockLog log;
    private final Random random;

    private final Map<String, Long> names = new TreeMap<>();
    private final Map<Long, int[]> versions = new TreeMap<>();
    private final Map<Long, Integer> changed = new TreeMap<>(); // in which operation last
    private int version;
    private int durable;

    /** After each operation; before the first. */
    final List<Moment> moments = new ArrayList<>(List.of(Moment.EMPTY));

    /** Kept from when the operation is known to be durable. */
    final List<Promise> synced = new ArrayList<>();

    /** Kept wherever the operation is seen: what a rename over another file commits. */
    final List<Promise> renamed = new ArrayList<>();

    /** The operation that made each snapshot. */
    final Map<String, Integer> snapshots = new TreeMap<>();

    final List<Seen> seen = new ArrayList<>();

    CutWorkload(Volume volume, BlockLog log, Random random) {
        this.volume = volume;
        this.log = log;
        this.random = random;
    }

    void run(int operations) {
        for (int i = 0; i < operations; i++) {
            int operation = moments.size();
            log.mark(new BlockLog.Mark(operation, durable));
            int promised = step(operation);
            moments.add(Moment.of(names, versions));
            if (promised > durable) {
                durable = promised;
            }
            log.mark(new BlockLog.Mark(operation, durable));
            look(operation);
        }
    }

    /** Up to which operation everything is durable when it returns; 0 if it says nothing of that. */
    private int step(int operation) {
        List<String> files = files();
        int kind = random.nextInt(20);
        if (files.size() < 2 || (kind < 3 && files.size() < FILES_MAX)) {
            create(operation);
            return 0;
        }
        String file = files.get(random.nextInt(files.size()));
        if (kind < 11) {
            write(operation, file);
            return 0;
        }
        if (kind < 15) {
            return sync(operation, file);
        }
        if (kind < 17) {
            rename(operation, file, random.nextBoolean() ? files.get(random.nextInt(files.size())) : freeName());
            return 0;
        }
        if (kind == 17) {
            volume.unlink(directory(file), last(file), Guard.NONE);
            versions.remove(names.remove(file));
            return 0;
        }
        if (kind == 18 && snapshots.size() < SNAPSHOTS_MAX) {
            snapshot(operation);
        } else {
            volume.syncAll();
        }
        versions.forEach((ino, blocks) -> synced.add(new Promise(operation, ino, blocks.clone())));
        return operation;
    }

    private List<String> files() {
        return names.keySet().stream()
                .filter(Predicate.not(CutWorkload::isDirectory))
                .toList();
    }

    private static boolean isDirectory(String path) {
        return path.startsWith("/d") && path.indexOf('/', 1) < 0;
    }

    private String freeName() {
        String name = "f" + random.nextInt(1000);
        List<String> directories =
                names.keySet().stream().filter(CutWorkload::isDirectory).toList();
        return directories.isEmpty() || random.nextBoolean()
                ? "/" + name
                : directories.get(random.nextInt(directories.size())) + "/" + name;
    }

    private void create(int operation) {
        boolean directory = random.nextInt(4) == 0;
        String path = directory ? "/d" + random.nextInt(3) : freeName();
        if (names.containsKey(path)) {
            return;
        }
        long ino = volume.create(directory(path), last(path), directory ? DIRECTORY : FILE, Guard.NONE)
                .node()
                .node()
                .ino()
                .value();
        names.put(path, ino);
        if (!directory) {
            versions.put(ino, new int[0]);
            changed.put(ino, operation);
        }
    }

    private void write(int operation, String path) {
        long ino = Objects.requireNonNull(names.get(path));
        int from = random.nextInt(BLOCKS_MAX);
        int count = 1 + random.nextInt(WRITTEN_BLOCKS_MAX);
        version++;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int[] blocks = Objects.requireNonNull(versions.get(ino));
        blocks = Arrays.copyOf(blocks, Math.max(blocks.length, from + count));
        for (int block = from; block < from + count; block++) {
            content.writeBytes(Pattern.block(ino, block, version));
            blocks[block] = version;
        }
        try (OpenNode open = volume.open(node(ino))) {
            volume.write(
                    open,
                    (long) from * Pattern.BLOCK_BYTES,
                    MemorySegment.ofArray(content.toByteArray()),
                    WriteOptions.PLAIN);
        }
        versions.put(ino, blocks);
        changed.put(ino, operation);
    }

    /** With all that came before the file's last change: of a file that did not change since, nothing new is durable. */
    private int sync(int operation, String path) {
        long ino = Objects.requireNonNull(names.get(path));
        try (OpenNode open = volume.open(node(ino))) {
            volume.sync(open, random.nextBoolean());
        }
        synced.add(new Promise(
                operation, ino, Objects.requireNonNull(versions.get(ino)).clone()));
        return Objects.requireNonNull(changed.get(ino));
    }

    private void rename(int operation, String from, String to) {
        if (from.equals(to)) {
            return;
        }
        volume.rename(directory(from), last(from), directory(to), last(to), RenameMode.REPLACE, RenameGuard.NONE);
        long ino = Objects.requireNonNull(names.remove(from));
        changed.put(ino, operation);
        Long replaced = names.put(to, ino);
        if (replaced != null) {
            versions.remove(replaced);
            renamed.add(new Promise(
                    operation, ino, Objects.requireNonNull(versions.get(ino)).clone()));
        }
    }

    private void snapshot(int operation) {
        String name = "s" + snapshots.size();
        volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of(name), true);
        snapshots.put(name, operation);
    }

    private void look(int operation) {
        List<Long> all = List.copyOf(versions.keySet());
        if (!all.isEmpty()) {
            long ino = all.get(random.nextInt(all.size()));
            long change = volume.stat(node(ino), StatMask.ALL).change();
            seen.add(new Seen(
                    operation,
                    ino,
                    change,
                    Objects.requireNonNull(versions.get(ino)).clone()));
        }
    }

    private NodeId directory(String path) {
        int slash = path.lastIndexOf('/');
        if (slash == 0) {
            return volume.root();
        }
        Stat stat = volume.find(volume.root(), Name.of(path.substring(1, slash)), StatMask.QUIET);
        return Objects.requireNonNull(stat, path).node();
    }

    private static Name last(String path) {
        return Name.of(path.substring(path.lastIndexOf('/') + 1));
    }

    private static NodeId node(long ino) {
        return new NodeId(SubvolumeId.FIRST, new Ino(ino));
    }
}
