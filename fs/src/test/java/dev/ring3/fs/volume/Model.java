package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.XattrName;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What a subvolume should hold, as simply as it can be said: maps. */
final class Model {
    /** An inode. */
    static final class Node {
        final FileType type;
        final TreeMap<String, Long> children = new TreeMap<>();
        final TreeMap<String, String> xattrs = new TreeMap<>();
        byte[] data = {};
        int links;
        long parent;

        Node(FileType type) {
            this.type = type;
        }

        boolean isDirectory() {
            return type == FileType.DIRECTORY;
        }

        private Node copy() {
            Node copy = new Node(type);
            copy.children.putAll(children);
            copy.xattrs.putAll(xattrs);
            copy.data = data;
            copy.links = links;
            copy.parent = parent;
            return copy;
        }
    }

    final TreeMap<Long, Node> nodes = new TreeMap<>();

    static Model empty() {
        Model model = new Model();
        Node root = new Node(FileType.DIRECTORY);
        root.parent = Reserved.ROOT;
        model.nodes.put(Reserved.ROOT, root);
        return model;
    }

    Model copy() {
        Model copy = new Model();
        nodes.forEach((ino, node) -> copy.nodes.put(ino, node.copy()));
        return copy;
    }

    Node node(long ino) {
        return Objects.requireNonNull(nodes.get(ino));
    }

    @Nullable
    Node child(long directory, String name) {
        Long ino = node(directory).children.get(name);
        return ino == null ? null : node(ino);
    }

    boolean isAbove(long candidate, long directory) {
        for (long up = directory; ; up = node(up).parent) {
            if (up == candidate) {
                return true;
            }
            if (up == Reserved.ROOT) {
                return false;
            }
        }
    }

    void enter(long directory, String name, long ino) {
        node(directory).children.put(name, ino);
        if (node(ino).isDirectory()) {
            node(ino).parent = directory;
        }
    }

    void dropLink(long ino) {
        Node node = node(ino);
        node.links--;
        if (node.links == 0 || node.isDirectory()) {
            nodes.remove(ino);
        }
    }

    /** Everything that a volume shows of this subvolume is as it is here. */
    void requireSame(Volume volume, SubvolumeId subvolume) {
        Model _ = requireSame(volume, subvolume, (ino, data) -> List.of(data));
    }

    /**
     * The same, where the data of a file may be any of some.
     *
     * @param accepted what it may be, by its number and what it is here
     * @return this, with the data that was found
     */
    Model requireSame(Volume volume, SubvolumeId subvolume, BiFunction<Long, byte[], List<byte[]>> accepted) {
        Model found = copy();
        nodes.forEach((ino, node) -> {
            NodeId id = new NodeId(subvolume, new Ino(ino));
            requireSame(volume, id, node);
            if (node.type == FileType.REGULAR) {
                found.node(ino).data = requireData(volume, id, accepted.apply(ino, node.data));
            }
        });
        return found;
    }

    private static byte[] requireData(Volume volume, NodeId id, List<byte[]> accepted) {
        byte[] bytes = new byte[(int) volume.stat(id, StatMask.ALL).sizeBytes()];
        try (OpenNode open = volume.open(id)) {
            assertThat(volume.read(open, 0, MemorySegment.ofArray(bytes))).isEqualTo(bytes.length);
        }
        byte[] nearest = accepted.getLast();
        for (byte[] each : accepted) {
            if (Arrays.equals(bytes, each)) {
                return each;
            }
            nearest = each.length == bytes.length ? each : nearest;
        }
        throw new AssertionError("%s has %d bytes, the first that is different from one of %d states at %d"
                .formatted(id, bytes.length, accepted.size(), Arrays.mismatch(bytes, nearest)));
    }

    private void requireSame(Volume volume, NodeId id, Node node) {
        Stat stat = volume.stat(id, StatMask.ALL);
        assertThat(stat.type()).as("type of %s", id).isEqualTo(node.type);
        if (node.isDirectory()) {
            TreeMap<String, Long> found = new TreeMap<>();
            volume.readDirectory(id, 0, (name, cookie, child, type) -> {
                assertThat(found.put(name.toString(), child.ino().value()))
                        .as("%s twice", name)
                        .isNull();
                return true;
            });
            assertThat(found).as("entries of %s", id).isEqualTo(node.children);
            node.children.forEach((name, ino) -> assertThat(
                            Objects.requireNonNull(volume.find(id, Name.of(name), StatMask.QUIET))
                                    .node())
                    .isEqualTo(new NodeId(id.subvolume(), new Ino(ino))));
            if (id.ino().value() != Reserved.ROOT) {
                assertThat(volume.parent(id).ino().value())
                        .as("parent of %s", id)
                        .isEqualTo(node.parent);
            }
        } else {
            assertThat(stat.links()).as("links of %s", id).isEqualTo(node.links);
        }
        Map<String, String> xattrs = new TreeMap<>();
        for (XattrName name : volume.xattrs(id)) {
            xattrs.put(name.toString(), new String(Objects.requireNonNull(volume.xattr(id, name)), UTF_8));
        }
        assertThat(xattrs).as("xattrs of %s", id).isEqualTo(node.xattrs);
    }
}
