package dev.ring3.fs.testkit;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** All that can be seen of a subvolume, as text by path: two that look alike are alike. Places of others are left out. */
public final class TreeImage {
    private static final long PLACEHOLDER = 3; // the inode that stands for a subvolume that is not shown

    private static final int SETTABLE = StatFlags.SETTABLE;

    private final Volume volume;
    private final SubvolumeId subvolume;
    private final Map<String, String> lines = new TreeMap<>();

    private TreeImage(Volume volume, SubvolumeId subvolume) {
        this.volume = volume;
        this.subvolume = subvolume;
    }

    /** Paths and what is there. */
    public static Map<String, String> of(Volume volume, SubvolumeId subvolume) {
        TreeImage image = new TreeImage(volume, subvolume);
        image.add("/", NodeId.rootOf(subvolume));
        return image.lines;
    }

    private void add(String path, NodeId node) {
        Stat stat = volume.stat(node, StatMask.QUIET);
        List<NodeId> below = new ArrayList<>();
        List<Name> names = new ArrayList<>();
        if (stat.type() == FileType.DIRECTORY) {
            volume.readDirectory(node, 0, (name, cookie, id, type) -> {
                if (id.subvolume().equals(subvolume) && id.ino().value() != PLACEHOLDER) {
                    names.add(name);
                    below.add(new NodeId(subvolume, new Ino(id.ino().value())));
                }
                return true;
            });
        }
        lines.put(path, describe(node, stat, names.size()));
        for (int i = 0; i < names.size(); i++) {
            add(path + HexFormat.of().formatHex(names.get(i).bytes()) + "/", below.get(i));
        }
    }

    private String describe(NodeId node, Stat stat, int entries) {
        StringBuilder text = new StringBuilder();
        text.append("ino %d mode %o uid %d gid %d dev %d:%d flags %x"
                .formatted(
                        node.ino().value(),
                        stat.mode(),
                        stat.uid(),
                        stat.gid(),
                        stat.deviceMajor(),
                        stat.deviceMinor(),
                        stat.flags() & SETTABLE));
        text.append(" times %s %s %s %s"
                .formatted(stat.accessTime(), stat.modifyTime(), stat.changeTime(), stat.birthTime()));
        if (stat.type() == FileType.DIRECTORY) {
            text.append(" entries ").append(entries).append(" default ").append(volume.defaultAcl(node));
        } else {
            text.append(
                    " links %d size %d allocated %d".formatted(stat.links(), stat.sizeBytes(), stat.allocatedBytes()));
        }
        text.append(" acl ").append(volume.accessAcl(node));
        for (XattrName name : volume.xattrs(node)) {
            byte[] value = Objects.requireNonNull(volume.xattr(node, name));
            text.append(' ').append(name).append('=').append(sum(value));
        }
        if (stat.type() == FileType.SYMLINK) {
            text.append(" to ").append(HexFormat.of().formatHex(volume.readlink(node)));
        } else if (stat.type() == FileType.REGULAR) {
            content(node, stat.sizeBytes(), text);
        }
        return text.toString();
    }

    private void content(NodeId node, long sizeBytes, StringBuilder text) {
        try (OpenNode open = volume.open(node)) {
            long at = 0;
            while (at < sizeBytes) {
                long data = seek(open, at);
                if (data < 0) {
                    return;
                }
                long end = Math.min(volume.seekHole(open, data), data + (1 << 20));
                byte[] bytes = new byte[Math.toIntExact(end - data)];
                volume.read(open, data, MemorySegment.ofArray(bytes));
                text.append(" %d+%d=%s".formatted(data, bytes.length, sum(bytes)));
                at = end;
            }
        }
    }

    private long seek(OpenNode open, long at) {
        try {
            return volume.seekData(open, at);
        } catch (FsException e) {
            if (e.errno() == Errno.ENXIO) {
                return -1;
            }
            throw e;
        }
    }

    private static String sum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return "%d:%x".formatted(bytes.length, crc.getValue());
    }
}
