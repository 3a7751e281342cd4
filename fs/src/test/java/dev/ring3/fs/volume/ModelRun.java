package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random operations on one part of a volume, and the same on a model of it; both must give the same answers. */
final class ModelRun {
    private static final int DATA_BYTES_MAX = 20_000;
    private static final int NODES_MAX = 60;

    private final Random random;
    private final Volume volume;
    private final SubvolumeId subvolume;
    private final long base; // the directory below which everything happens
    final Model model;
    private String last = "nothing";
    private boolean failing;
    private final List<Long> settled = new ArrayList<>(); // by the last operation

    ModelRun(Volume volume, SubvolumeId subvolume, long base, Model model, Random random) {
        this.volume = volume;
        this.subvolume = subvolume;
        this.base = base;
        this.model = model;
        this.random = random;
    }

    /** Whether the store may fail; then an operation that does has no effect. */
    void mayFail(boolean value) {
        failing = value;
    }

    /** Files whose data, as it is now, a crash that keeps the last operation keeps too. */
    List<Long> settled() {
        return settled;
    }

    /** Syncs a file, if there is one; what it is. */
    @Nullable
    Long sync() {
        Long ino = anyOf(FileType.REGULAR);
        settled.clear();
        if (ino != null) {
            settled.add(ino);
            run("sync of " + ino, null, () -> {
                try (OpenNode open = volume.open(id(ino))) {
                    volume.sync(open, true);
                }
                return ino;
            });
        }
        return ino;
    }

    String last() {
        return last;
    }

    private NodeId id(long ino) {
        return new NodeId(subvolume, new Ino(ino));
    }

    private String name() {
        return String.valueOf((char) ('a' + random.nextInt(7)));
    }

    private long anyDirectory() {
        List<Long> all = model.nodes.entrySet().stream()
                .filter(each -> each.getValue().isDirectory() && model.isAbove(base, each.getKey()))
                .map(each -> each.getKey())
                .toList();
        return all.get(random.nextInt(all.size()));
    }

    private @Nullable Long anyOf(FileType type) {
        Entry any = anyEntry(type);
        return any == null ? null : any.ino;
    }

    private record Entry(long directory, String name, long ino) {}

    private @Nullable Entry anyEntry(FileType type) {
        List<Entry> all = new ArrayList<>();
        model.nodes.forEach((directory, node) -> {
            if (node.isDirectory() && model.isAbove(base, directory)) {
                node.children.forEach((name, ino) -> {
                    if (model.node(ino).type == type) {
                        all.add(new Entry(directory, name, ino));
                    }
                });
            }
        });
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    /** One operation. */
    void step() {
        settled.clear();
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> create(random.nextInt(3) == 0 ? FileType.DIRECTORY : FileType.REGULAR);
            case 3 -> link();
            case 4, 5 -> unlink();
            case 6 -> rmdir();
            case 7, 8 -> rename(RenameMode.REPLACE);
            case 9 -> rename(random.nextBoolean() ? RenameMode.NO_REPLACE : RenameMode.EXCHANGE);
            case 10, 11, 12 -> write();
            case 13 -> truncate();
            case 14 -> setXattr();
            default -> removeXattr();
        }
    }

    /** Reads some bytes of a file, which are what the model has. */
    private void read() {
        Long ino = anyOf(FileType.REGULAR);
        if (ino == null) {
            return;
        }
        byte[] data = model.node(ino).data;
        int offset = random.nextInt(data.length + 1);
        byte[] bytes = new byte[1 + random.nextInt(DATA_BYTES_MAX)];
        Long count = run("read %d bytes at %d of %d".formatted(bytes.length, offset, ino), null, () -> {
            try (OpenNode open = volume.open(id(ino))) {
                return volume.read(open, offset, MemorySegment.ofArray(bytes));
            }
        });
        int expected = Math.min(bytes.length, data.length - offset);
        assertThat(count).as(last).isEqualTo(expected);
        assertThat(Arrays.mismatch(bytes, 0, expected, data, offset, offset + expected))
                .as(last)
                .isEqualTo(-1);
    }

    /** One operation that is about data. */
    void dataStep() {
        settled.clear();
        switch (random.nextInt(14)) {
            case 8, 9, 10, 11 -> read();
            case 12 -> sync();
            case 0 -> create(FileType.REGULAR);
            case 1 -> replaceFile();
            case 2 -> truncate();
            default -> write();
        }
    }

    /** A file takes the name of another. */
    private void replaceFile() {
        Entry source = anyEntry(FileType.REGULAR);
        Entry target = anyEntry(FileType.REGULAR);
        if (source != null && target != null) {
            rename(RenameMode.REPLACE, source.directory, source.name, target.directory, target.name);
        }
    }

    private <T> @Nullable T run(String what, @Nullable Errno expected, Supplier<T> operation) {
        last = what;
        Errno failed = null;
        T result = null;
        try {
            result = operation.get();
        } catch (FsException e) {
            failed = e.errno();
            if (failing && (failed == Errno.EIO || failed == Errno.ENOSPC)) {
                throw e;
            }
        }
        assertThat(failed).as("%s in %s", what, subvolume).isEqualTo(expected);
        return result;
    }

    private void create(FileType type) {
        long directory = anyDirectory();
        String name = name();
        boolean exists = model.child(directory, name) != null;
        if (!exists && model.nodes.size() > NODES_MAX) {
            return;
        }
        Long ino = run(
                "create %s %s in %d".formatted(type, name, directory),
                exists ? Errno.EEXIST : null,
                () -> volume.create(id(directory), Name.of(name), NewNode.of(type, 0666, 0, 1, 1), Guard.NONE)
                        .node()
                        .node()
                        .ino()
                        .value());
        if (ino != null) {
            Model.Node node = new Model.Node(type);
            node.links = 1;
            model.nodes.put(ino, node);
            model.enter(directory, name, ino);
        }
    }

    private void link() {
        Long ino = anyOf(FileType.REGULAR);
        if (ino == null) {
            return;
        }
        long directory = anyDirectory();
        String name = name();
        boolean exists = model.child(directory, name) != null;
        run(
                "link %d as %s in %d".formatted(ino, name, directory),
                exists ? Errno.EEXIST : null,
                () -> volume.link(id(ino), id(directory), Name.of(name), Guard.NONE));
        if (!exists) {
            model.node(ino).links++;
            model.enter(directory, name, ino);
        }
    }

    private void unlink() {
        long directory = anyDirectory();
        String name = name();
        Model.Node node = model.child(directory, name);
        Errno expected = node == null ? Errno.ENOENT : node.isDirectory() ? Errno.EISDIR : null;
        run(
                "unlink %s in %d".formatted(name, directory),
                expected,
                () -> volume.unlink(id(directory), Name.of(name), Guard.NONE));
        if (expected == null) {
            long ino = Objects.requireNonNull(model.node(directory).children.remove(name));
            model.dropLink(ino);
        }
    }

    private void rmdir() {
        long directory = anyDirectory();
        String name = name();
        Model.Node node = model.child(directory, name);
        Errno expected = node == null
                ? Errno.ENOENT
                : !node.isDirectory() ? Errno.ENOTDIR : !node.children.isEmpty() ? Errno.ENOTEMPTY : null;
        run(
                "rmdir %s in %d".formatted(name, directory),
                expected,
                () -> volume.rmdir(id(directory), Name.of(name), Guard.NONE));
        if (expected == null) {
            long ino = Objects.requireNonNull(model.node(directory).children.remove(name));
            model.dropLink(ino);
        }
    }

    private void rename(RenameMode mode) {
        rename(mode, anyDirectory(), name(), anyDirectory(), name());
    }

    private void rename(RenameMode mode, long from, String name, long to, String newName) {
        Long source = model.node(from).children.get(name);
        Long target = model.node(to).children.get(newName);
        Errno expected = renameError(mode, from, source, to, target);
        run(
                "rename %s %s in %d to %s in %d".formatted(mode, name, from, newName, to),
                expected,
                () -> volume.rename(id(from), Name.of(name), id(to), Name.of(newName), mode, RenameGuard.NONE));
        if (expected != null || source == null || source.equals(target)) {
            return;
        }
        model.node(from).children.remove(name);
        if (target != null && mode == RenameMode.EXCHANGE) {
            model.enter(from, name, target);
        } else if (target != null) {
            model.dropLink(target);
        }
        model.enter(to, newName, source);
        if (target != null) {
            settle(source);
        }
        if (target != null && mode == RenameMode.EXCHANGE) {
            settle(target);
        }
    }

    private void settle(long ino) {
        if (model.node(ino).type == FileType.REGULAR) {
            settled.add(ino);
        }
    }

    private @Nullable Errno renameError(
            RenameMode mode, long from, @Nullable Long source, long to, @Nullable Long target) {
        if (source == null || (mode == RenameMode.EXCHANGE && target == null)) {
            return Errno.ENOENT;
        }
        if (mode == RenameMode.NO_REPLACE && target != null) {
            return Errno.EEXIST;
        }
        boolean directory = model.node(source).isDirectory();
        if (from != to && directory && model.isAbove(source, to)) {
            return Errno.EINVAL;
        }
        if (target == null) {
            return null;
        }
        Model.Node over = model.node(target);
        if (from != to && over.isDirectory() && model.isAbove(target, from)) {
            return mode == RenameMode.EXCHANGE ? Errno.EINVAL : Errno.ENOTEMPTY;
        }
        if (mode == RenameMode.EXCHANGE || source.equals(target)) {
            return null;
        }
        if (directory != over.isDirectory()) {
            return directory ? Errno.ENOTDIR : Errno.EISDIR;
        }
        return over.children.isEmpty() ? null : Errno.ENOTEMPTY;
    }

    private void write() {
        Long ino = anyOf(FileType.REGULAR);
        if (ino == null) {
            return;
        }
        Model.Node node = model.node(ino);
        int offset = random.nextInt(DATA_BYTES_MAX / 2);
        byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : DATA_BYTES_MAX / 2)];
        random.nextBytes(bytes);
        run("write %d bytes at %d of %d".formatted(bytes.length, offset, ino), null, () -> {
            try (OpenNode open = volume.open(id(ino))) {
                return volume.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
            }
        });
        byte[] after = Arrays.copyOf(node.data, Math.max(node.data.length, offset + bytes.length));
        System.arraycopy(bytes, 0, after, offset, bytes.length);
        node.data = after;
    }

    private void truncate() {
        Long ino = anyOf(FileType.REGULAR);
        if (ino == null) {
            return;
        }
        long size = random.nextInt(DATA_BYTES_MAX);
        run(
                "truncate %d to %d".formatted(ino, size),
                null,
                () -> volume.setAttributes(id(ino), AttrChange.NONE.withSize(size), Guard.NONE));
        model.node(ino).data = Arrays.copyOf(model.node(ino).data, (int) size);
        settle(ino);
    }

    private void setXattr() {
        long ino = anyDirectory();
        XattrName name = XattrName.parse("user." + name());
        String value = "v" + random.nextInt(1000);
        boolean there = model.node(ino).xattrs.containsKey(name.toString());
        XattrMode mode = XattrMode.values()[random.nextInt(3)];
        Errno expected = there && mode == XattrMode.CREATE
                ? Errno.EEXIST
                : !there && mode == XattrMode.REPLACE ? Errno.ENODATA : null;
        run("set xattr %s of %d".formatted(name, ino), expected, () -> {
            volume.setXattr(id(ino), name, value.getBytes(UTF_8), mode, Guard.NONE);
            return ino;
        });
        if (expected == null) {
            model.node(ino).xattrs.put(name.toString(), value);
        }
    }

    private void removeXattr() {
        long ino = anyDirectory();
        XattrName name = XattrName.parse("user." + name());
        boolean there = model.node(ino).xattrs.remove(name.toString()) != null;
        run("remove xattr %s of %d".formatted(name, ino), there ? null : Errno.ENODATA, () -> {
            volume.removeXattr(id(ino), name, Guard.NONE);
            return ino;
        });
    }
}
