package dev.ring3.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Holds a volume that a cut left against what was promised before it. */
final class CutCheck {
    private final CutWorkload past;
    private final BlockLog.Mark mark;
    private final Volume volume;

    CutCheck(CutWorkload past, BlockLog.Mark mark, Volume volume) {
        this.past = past;
        this.mark = mark;
        this.volume = volume;
    }

    void run() {
        assertThat(volume.check().findings()).as("check").isEmpty();
        assertThat(volume.scrub((_, _) -> {}).findings()).as("scrub").isEmpty();
        Moment now = read(SubvolumeId.FIRST);
        int operation = operation(now);
        content(now, operation);
        for (SubvolumeInfo each : volume.subvolumes().list()) {
            if (each.readOnly()) {
                int made = Objects.requireNonNull(past.snapshots.get(each.name().toString()));
                requireSame(read(each.id()), past.moments.get(made), each.name().toString());
            }
        }
        past.snapshots.forEach((name, made) -> {
            if (made <= mark.durable()) {
                assertThat(volume.subvolumes().list())
                        .as("snapshots")
                        .anyMatch(each -> each.name().toString().equals(name));
            }
        });
        changes(now);
    }

    /** The names are those after some operation: none before the last that is durable, none that had not begun. */
    private int operation(Moment now) {
        int last = Math.min(mark.begun(), past.moments.size() - 1);
        for (int operation = mark.durable(); operation <= last; operation++) {
            if (past.moments.get(operation).names().equals(now.names())) {
                return operation;
            }
        }
        throw new AssertionError("the names are of no moment from operation %d to %d: %s; then they were %s"
                .formatted(
                        mark.durable(),
                        mark.begun(),
                        now.names(),
                        past.moments.subList(mark.durable(), last + 1).stream()
                                .map(Moment::names)
                                .toList()));
    }

    private void content(Moment now, int operation) {
        int last = Math.min(mark.begun(), past.moments.size() - 1);
        now.versions().forEach((ino, blocks) -> {
            int[] newest = newest(ino, last);
            assertThat(blocks.length).as("blocks of inode %d", ino).isLessThanOrEqualTo(newest.length);
            for (int block = 0; block < blocks.length; block++) {
                assertThat(blocks[block]).as("inode %d, block %d", ino, block).isLessThanOrEqualTo(newest[block]);
            }
        });
        past.synced.stream()
                .filter(promise -> promise.operation() < mark.begun() || promise.operation() <= mark.durable())
                .forEach(promise -> requireKept(now, promise));
        past.renamed.stream()
                .filter(promise -> promise.operation() <= operation)
                .forEach(promise -> requireKept(now, promise));
    }

    /** What was written up to an operation, which may have removed the file. */
    private int[] newest(long ino, int last) {
        for (int operation = last; operation >= 0; operation--) {
            int[] blocks = past.moments.get(operation).versions().get(ino);
            if (blocks != null) {
                return blocks;
            }
        }
        throw new AssertionError("inode %d was not made yet".formatted(ino));
    }

    private static void requireKept(Moment now, CutWorkload.Promise promise) {
        int[] blocks = now.versions().get(promise.ino());
        if (blocks == null) {
            return; // removed since
        }
        assertThat(blocks.length)
                .as("blocks of inode %d after operation %d", promise.ino(), promise.operation())
                .isGreaterThanOrEqualTo(promise.versions().length);
        for (int block = 0; block < promise.versions().length; block++) {
            assertThat(blocks[block])
                    .as("inode %d, block %d after operation %d", promise.ino(), block, promise.operation())
                    .isGreaterThanOrEqualTo(promise.versions()[block]);
        }
    }

    private static void requireSame(Moment found, Moment expected, String what) {
        assertThat(found.names()).as("names of %s", what).isEqualTo(expected.names());
        assertThat(found.versions().keySet())
                .as("files of %s", what)
                .isEqualTo(expected.versions().keySet());
        found.versions()
                .forEach((ino, blocks) -> assertThat(blocks)
                        .as("inode %d of %s", ino, what)
                        .isEqualTo(expected.versions().get(ino)));
    }

    /** No change attribute is less than one that was seen, or the same with other content. */
    private void changes(Moment now) {
        for (CutWorkload.Seen seen : past.seen) {
            int[] blocks = now.versions().get(seen.ino());
            if (seen.operation() < mark.begun() && blocks != null) {
                long change = volume.stat(node(SubvolumeId.FIRST, seen.ino()), StatMask.ALL)
                        .change();
                assertThat(change).as("change of inode %d", seen.ino()).isGreaterThanOrEqualTo(seen.change());
                if (change == seen.change()) {
                    assertThat(blocks)
                            .as("content of inode %d at one change", seen.ino())
                            .isEqualTo(seen.versions());
                }
            }
        }
    }

    private static NodeId node(SubvolumeId subvolume, long ino) {
        return new NodeId(subvolume, new Ino(ino));
    }

    private Moment read(SubvolumeId subvolume) {
        Map<String, Long> names = new TreeMap<>();
        Map<Long, int[]> versions = new TreeMap<>();
        read(NodeId.rootOf(subvolume), "/", names, versions);
        return new Moment(names, versions);
    }

    private void read(NodeId directory, String path, Map<String, Long> names, Map<Long, int[]> versions) {
        Map<Name, NodeId> entries = new TreeMap<>((a, b) -> Arrays.compare(a.bytes(), b.bytes()));
        List<NodeId> below = new ArrayList<>();
        volume.readDirectory(directory, 0, (name, _, node, type) -> {
            entries.put(name, node);
            if (type == FileType.DIRECTORY) {
                below.add(node);
            }
            return true;
        });
        entries.forEach((name, node) -> {
            names.put(path + name, node.ino().value());
            if (below.contains(node)) {
                read(node, path + name + "/", names, versions);
            } else {
                versions.put(node.ino().value(), versions(node, path + name));
            }
        });
    }

    private int[] versions(NodeId node, String path) {
        long size = volume.stat(node, StatMask.QUIET).sizeBytes();
        assertThat(size % Pattern.BLOCK_BYTES).as("size of %s", path).isZero();
        int[] versions = new int[(int) (size / Pattern.BLOCK_BYTES)];
        byte[] content = new byte[(int) size];
        try (OpenNode open = volume.open(node)) {
            assertThat(volume.read(open, 0, MemorySegment.ofArray(content))).isEqualTo(size);
        }
        for (int block = 0; block < versions.length; block++) {
            byte[] one = Arrays.copyOfRange(content, block * Pattern.BLOCK_BYTES, (block + 1) * Pattern.BLOCK_BYTES);
            versions[block] = Pattern.version(one, node.ino().value(), block, path);
        }
        return versions;
    }
}
