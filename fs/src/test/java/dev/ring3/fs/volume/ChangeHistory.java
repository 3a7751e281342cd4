package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a client has seen of change attributes, over all crashes: for each inode which value came with which content. A
 * value never goes back, and never comes with two contents.
 */
final class ChangeHistory {
    private final Map<NodeId, NavigableMap<Long, String>> seen = new HashMap<>();

    /** Looks at an inode that is there, as the model has it. */
    void look(Volume volume, NodeId id, Model.Node node) {
        Stat stat = volume.stat(id, StatMask.ALL);
        require(id, stat.change(), content(node));
        seen.computeIfAbsent(id, unknown -> new TreeMap<>()).put(stat.change(), content(node));
    }

    void lookAtSome(Volume volume, SubvolumeId subvolume, Model model, Random random, int count) {
        Long[] inos = model.nodes.keySet().toArray(Long[]::new);
        for (int i = 0; i < count; i++) {
            long ino = inos[random.nextInt(inos.length)];
            look(volume, new NodeId(subvolume, new Ino(ino)), model.node(ino));
        }
    }

    /** Every inode that anybody has looked at: gone, or in keeping with all that was seen. Is no look. */
    void requireKept(Volume volume, Map<SubvolumeId, Model> models) {
        seen.keySet().forEach(id -> {
            Model model = models.get(id.subvolume());
            Model.Node node = model == null ? null : model.nodes.get(id.ino().value());
            if (node != null) {
                require(id, volume.stat(id, StatMask.ALL).change(), content(node));
            } else {
                try {
                    volume.stat(id, StatMask.ALL);
                    throw new AssertionError(id + " is there and should not be");
                } catch (FsException e) {
                    assertThat(e.errno()).isEqualTo(Errno.ESTALE);
                }
            }
        });
    }

    private void require(NodeId id, long change, String content) {
        NavigableMap<Long, String> values = seen.get(id);
        if (values == null) {
            return;
        }
        assertThat(change).as("change of %s", id).isGreaterThanOrEqualTo(values.lastKey());
        if (values.containsKey(change)) {
            assertThat(content).as("content of %s at %d", id, change).isEqualTo(values.get(change));
        }
    }

    private static String content(Model.Node node) {
        return "%s %s %s %d %d"
                .formatted(
                        node.children,
                        node.xattrs,
                        node.type,
                        Arrays.hashCode(node.data),
                        node.isDirectory() ? 0 : node.links);
    }
}
