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
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is exported, and the pseudo directories that lead there (RFC 8881, section 7.3). A handle is u8 kind, then the
 * volume's own handle, which nobody can forge; or for a pseudo directory its number u32.
 */
public final class Exports {
    static final int HANDLE_BYTES_MAX = 128;

    private static final byte VOLUME = 1;
    private static final byte PSEUDO = 2;
    private static final int VOLUME_HANDLE_BYTES = 25;
    private static final int PSEUDO_HANDLE_BYTES = 5;
    private static final int PRIVILEGED_PORTS = 1024;

    /** How deep subvolumes may be nested. */
    private static final int NESTING_MAX = 64;

    /** A pseudo directory: what is in it are others, or exports. */
    private record Pseudo(int parent, Map<Name, Integer> directories, Map<Name, ExportRoot> exports) {}

    private final Vfs vfs;
    private final Instant born = Instant.now();
    private final Map<SubvolumeId, ExportRoot> bySubvolume = new HashMap<>();
    private final List<Pseudo> pseudos = new ArrayList<>();
    private final @Nullable ExportRoot whole;

    /** Builds the way to these exports. */
    public Exports(Vfs vfs, List<Export> exports) {
        this.vfs = vfs;
        ExportRoot only = null;
        pseudos.add(new Pseudo(-1, new LinkedHashMap<>(), new LinkedHashMap<>()));
        for (Export export : exports) {
            NodeId root = export.root() == null ? vfs.root() : export.root();
            if (root.subvolume().compareTo(Vfs.FIRST_MOUNTED) >= 0 || !root.equals(NodeId.rootOf(root.subvolume()))) {
                throw new IllegalArgumentException(export.path() + " is no subvolume: " + root);
            }
            ExportRoot placed = export.path().equals("/") ? new ExportRoot(export, root, -1) : place(export, root);
            if (bySubvolume.put(root.subvolume(), placed) != null) {
                throw new IllegalArgumentException("two exports of " + root.subvolume());
            }
            only = placed;
        }
        this.whole = only != null && only.above() < 0 ? only : null;
    }

    private ExportRoot place(Export export, NodeId root) {
        String[] names = export.path().substring(1).split("/", -1);
        int at = 0;
        for (int i = 0; i < names.length - 1; i++) {
            Map<Name, Integer> directories = pseudos.get(at).directories();
            Integer next = directories.get(Name.of(names[i]));
            if (next == null) {
                next = pseudos.size();
                pseudos.add(new Pseudo(at, new LinkedHashMap<>(), new LinkedHashMap<>()));
                directories.put(Name.of(names[i]), next);
            }
            at = next;
        }
        ExportRoot placed = new ExportRoot(export, root, at);
        pseudos.get(at).exports().put(Name.of(names[names.length - 1]), placed);
        return placed;
    }

    private static Place pseudo(int number) {
        return new Place(new NodeId(Vfs.FIRST_MOUNTED, new Ino(number + 1L)), null);
    }

    private Pseudo pseudo(Place place) {
        return pseudos.get((int) place.node().ino().value() - 1);
    }

    /** Where PUTROOTFH leads. */
    Place root(RpcCall call) {
        return whole == null ? pseudo(0) : enter(whole, call);
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
                    .putInt((int) place.node().ino().value() - 1)
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
            int number = ByteBuffer.wrap(handle).getInt(1);
            if (whole == null && number >= 0 && number < pseudos.size()) {
                return pseudo(number);
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

    /** What has a name in a pseudo directory; NOENT. */
    Place lookup(Place directory, Name name, RpcCall call) {
        Integer below = pseudo(directory).directories().get(name);
        if (below != null) {
            return pseudo(below);
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
            int parent = pseudo(directory).parent();
            return parent < 0 ? null : pseudo(parent);
        }
        if (directory.node().equals(export.root())) {
            return export.above() < 0 ? null : pseudo(export.above());
        }
        NodeId above = vfs.names().parent(directory.node());
        // The volume's root above an exported subvolume that is the default one: not part of the export.
        return above.equals(directory.node()) ? null : directory.at(above);
    }

    /** What is in a pseudo directory: others, and those exports that the caller may have, as their roots. */
    List<Map.Entry<Name, Place>> list(Place directory, RpcCall call) {
        List<Map.Entry<Name, Place>> all = new ArrayList<>();
        pseudo(directory).directories().forEach((name, number) -> all.add(Map.entry(name, pseudo(number))));
        pseudo(directory).exports().forEach((name, export) -> {
            if (isAdmitted(export, call)) {
                all.add(Map.entry(name, new Place(export.root(), export)));
            }
        });
        return all;
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
                born.toEpochMilli(),
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
