package dev.ring3.nfs.op;

import dev.ring3.fs.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a filehandle names.
 *
 * @param export through which the inode is seen; null for a pseudo directory above the exports
 */
record Place(NodeId node, @Nullable ExportRoot export) {
    boolean isPseudo() {
        return export == null;
    }

    Place at(NodeId other) {
        return new Place(other, export);
    }
}
