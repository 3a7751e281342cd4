package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.RpcCall;
import dev.ring3.nfs.state.Retraction;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is exported, and the pseudo directories that lead there (RFC 8881, section 7.3). A handle is u8 kind, then the
 * volume's own handle, which nobody can forge; or for a pseudo directory its number u64, which is made of its path, so that
 * it stays when exports come and go. Immutable: {@link ExportTable} has those of now.
 */
public final class Exports {
    static final int HANDLE_BYTES_MAX = 128;

    private static final byte VOLUME = 1;
    private static final byte PSEUDO = 2;
    private static final int VOLUME_HANDLE_BYTES = 25;
    private static final int PSEUDO_HANDLE_BYTES = 9;
    private static final int PRIVILEGED_PORTS = 1024;

    /** How deep subvolumes may be nested. */
    private static final int NESTING_MAX = 64;

    /** A pseudo directory: what is in it are others, or exports. */
    private record Pseudo(@Nullable Ino parent, Map<Name, Ino> directories, Map<Name, ExportRoot> exports) {
        static Pseudo below(@Nullable Ino parent) {
            return new Pseudo(parent, new LinkedHashMap<>(), new LinkedHashMap<>());
        }
    }

    private final Vfs vfs;
    private final List<Export> all;
    private final Instant born;
    private final Map<SubvolumeId, ExportRoot> bySubvolume = new HashMap<>();
    private final Map<Ino, Pseudo> pseudos = new HashMap<>();
    private final @Nullable ExportRoot whole;

    /**
     * Builds the way to these exports.
     *
     * @param before what they take the place of, so that clients see that the pseudo directories changed
     * @throws IllegalArgumentException for what is no subvolume, or two exports of one, or at one path
     */
    public Exports(Vfs vfs, List<Export> exports, @Nullable Exports before) {
        this.vfs = vfs;
        this.all = List.copyOf(exports);
        Instant now = Instant.now();
        Instant least = before == null ? now : before.born.plusMillis(1);
        this.born = now.isBefore(least) ? least : now;
        ExportRoot only = null;
        pseudos.put(Ino.ROOT, Pseudo.below(null));
        for (Export export : all) {
            NodeId root = export.root() == null ? vfs.root() : export.root();
            if (root.subvolume().compareTo(Vfs.FIRST_MOUNTED) >= 0 || !root.equals(NodeId.rootOf(root.subvolume()))) {
                throw new IllegalArgumentException(export.path() + " is no subvolume: " + root);
            }
            ExportRoot placed = export.path().equals("/") ? new ExportRoot(export, root, null) : place(export, root);
            if (bySubvolume.put(root.subvolume(), placed) != null) {
                throw new IllegalArgumentException("two exports of " + root.subvolume());
            }
            only = placed;
        }
        this.whole = only != null && only.above() == null ? only : null;
    }

    private ExportRoot place(Export export, NodeId root) {
        String[] names = export.path().substring(1).split("/", -1);
        Ino at = Ino.ROOT;
        String path = "";
        for (int i = 0; i < names.length - 1; i++) {
            path += "/" + names[i];
            Ino next = numberOf(path);
            if (pseudos.putIfAbsent(next, Pseudo.below(at)) == null) {
                pseudo(at).directories().put(Name.of(names[i]), next);
            }
            at = next;
        }
        ExportRoot placed = new ExportRoot(export, root, at);
        pseudo(at).exports().put(Name.of(names[names.length - 1]), placed);
        return placed;
    }

    /** A number that no other path has, as far as 62 bits of a hash go; never the root's. */
    private static Ino numberOf(String path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            return new Ino(ByteBuffer.wrap(hash).getLong() >>> 2 | 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** The exports as they were given. */
    List<Export> all() {
        return all;
    }

    /** What differs between these and those that they took the place of. */
    long version() {
        return born.toEpochMilli();
    }

    private static Place placeOf(Ino pseudo) {
        return new Place(new NodeId(Vfs.FIRST_MOUNTED, pseudo), null);
    }

    private Pseudo pseudo(Place place) {
        return pseudo(place.node().ino());
    }

    private Pseudo pseudo(Ino number) {
        Pseudo pseudo = pseudos.get(number);
        if (pseudo == null) {
            throw new IllegalStateException("no pseudo directory has " + number);
        }
        return pseudo;
    }

    /** Where PUTROOTFH leads. */
    Place root(RpcCall call) {
        return whole == null ? placeOf(Ino.ROOT) : enter(whole, call);
    }

    /** Into an export, if the caller may. */
    private Place enter(ExportRoot export, RpcCall call) {
        requireAdmitted(export, call);
        return new Place(export.root(), export);
    }

    /** The place, if the caller may have its export. */
    Place admitted(Place place, RpcCall call) {
        ExportRoot export = place.export();
        if (export != null) {
            requireAdmitted(export, call);
        }
        return place;
    }

    private static boolean isAdmitted(ExportRoot export, RpcCall call) {
        return export.export().admits(call.peer().address().getAddress());
    }

    private static void requireAdmitted(ExportRoot export, RpcCall call) {
        if (!isAdmitted(export, call)) {
            throw new NfsException(NfsStatus.ACCESS);
        }
        if (!export.export().insecure() && call.peer().address().getPort() >= PRIVILEGED_PORTS) {
            throw new NfsException(NfsStatus.PERM);
        }
    }

    /** The handle of a place. */
    byte[] handle(Place place) {
        if (place.isPseudo()) {
            return ByteBuffer.allocate(PSEUDO_HANDLE_BYTES)
                    .put(PSEUDO)
                    .putLong(place.node().ino().value())
                    .array();
        }
        byte[] handle = vfs.attributes().handle(place.node());
        return ByteBuffer.allocate(1 + handle.length).put(VOLUME).put(handle).array();
    }

    /** The place of a handle; BADHANDLE for what never was one, STALE for what is gone or not exported. */
    Place placeOf(byte[] handle, RpcCall call) {
        if (handle.length == VOLUME_HANDLE_BYTES && handle[0] == VOLUME) {
            byte[] ofVolume = new byte[handle.length - 1];
            System.arraycopy(handle, 1, ofVolume, 0, ofVolume.length);
            NodeId node = vfs.attributes().nodeOf(ofVolume);
            ExportRoot export = exportOf(node);
            if (export == null) {
                throw new NfsException(NfsStatus.STALE);
            }
            requireAdmitted(export, call);
            return new Place(node, export);
        }
        if (handle.length == PSEUDO_HANDLE_BYTES && handle[0] == PSEUDO) {
            long number = ByteBuffer.wrap(handle).getLong(1);
            if (whole == null && number > 0 && pseudos.containsKey(new Ino(number))) {
                return placeOf(new Ino(number));
            }
            throw new NfsException(NfsStatus.STALE);
        }
        throw new NfsException(NfsStatus.BADHANDLE);
    }

    /** The export that an inode belongs to: its subvolume's, or that of the next one above which has one. */
    @Nullable
    ExportRoot exportOf(NodeId node) {
        SubvolumeId at = node.subvolume();
        for (int depth = 0; depth < NESTING_MAX && at.compareTo(Vfs.FIRST_MOUNTED) < 0; depth++) {
            ExportRoot export = bySubvolume.get(at);
            if (export != null) {
                return export;
            }
            NodeId above = vfs.names().parent(NodeId.rootOf(at));
            if (above.subvolume().equals(at)) {
                return null;
            }
            at = above.subvolume();
        }
        return null;
    }

    /** What these mean for who held something in a subvolume under others. */
    Retraction.Verdict verdict(Exports before, SubvolumeId subvolume, InetAddress client) {
        try {
            ExportRoot now = exportOf(NodeId.rootOf(subvolume));
            if (now == null || !now.export().admits(client)) {
                return Retraction.Verdict.REVOKE;
            }
            ExportRoot then = before.exportOf(NodeId.rootOf(subvolume));
            return then != null && then.export().givesWhat(now.export())
                    ? Retraction.Verdict.KEEP
                    : Retraction.Verdict.RECALL;
        } catch (FsException e) {
            if (!isGone(e)) {
                throw e;
            }
            return Retraction.Verdict.KEEP; // the subvolume was deleted, and whatever is held of it is of no use
        }
    }

    /** What has a name in a pseudo directory; NOENT. */
    Place lookup(Place directory, Name name, RpcCall call) {
        Ino below = pseudo(directory).directories().get(name);
        if (below != null) {
            return placeOf(below);
        }
        ExportRoot export = pseudo(directory).exports().get(name);
        if (export == null) {
            throw new NfsException(NfsStatus.NOENT);
        }
        return enter(export, call);
    }

    /** The directory above; null for the root of all. */
    @Nullable
    Place parent(Place directory) {
        ExportRoot export = directory.export();
        if (export == null) {
            return placeOrNull(pseudo(directory).parent());
        }
        if (directory.node().equals(export.root())) {
            return placeOrNull(export.above());
        }
        NodeId above = vfs.names().parent(directory.node());
        // The volume's root above an exported subvolume that is the default one: not part of the export.
        return above.equals(directory.node()) ? null : directory.at(above);
    }

    private static @Nullable Place placeOrNull(@Nullable Ino pseudo) {
        return pseudo == null ? null : placeOf(pseudo);
    }

    /** What is in a pseudo directory: others, and those exports that the caller may have, as their roots. */
    List<Map.Entry<Name, Place>> list(Place directory, RpcCall call) {
        List<Map.Entry<Name, Place>> list = new ArrayList<>();
        pseudo(directory).directories().forEach((name, number) -> list.add(Map.entry(name, placeOf(number))));
        pseudo(directory).exports().forEach((name, export) -> {
            if (isAdmitted(export, call)) {
                list.add(Map.entry(name, new Place(export.root(), export)));
            }
        });
        return list;
    }

    /** What can be known of a place. */
    Stat stat(Place place, int mask) {
        if (!place.isPseudo()) {
            return vfs.attributes().stat(place.node(), mask);
        }
        return new Stat(
                place.node(),
                StatMask.ALL,
                FileType.DIRECTORY.modeBits() | 0555,
                2 + pseudo(place).directories().size() + pseudo(place).exports().size(),
                0,
                0,
                0,
                0,
                born,
                born,
                born,
                born,
                version(),
                0,
                0,
                0,
                0,
                0,
                null);
    }

    /** Whether a stat is not there any more. */
    static boolean isGone(FsException e) {
        return NfsStatus.of(e.errno()) == NfsStatus.STALE || NfsStatus.of(e.errno()) == NfsStatus.NOENT;
    }
}
