package dev.ring3.nfs.op;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.nfs.Export;
import org.jspecify.annotations.Nullable;

/** An export where it stands. Equal only to itself. */
final class ExportRoot {
    private final Export export;
    private final NodeId root;
    private final @Nullable Ino above;

    /**
     * Puts an export somewhere.
     *
     * @param above the pseudo directory that it is in, or null
     */
    ExportRoot(Export export, NodeId root, @Nullable Ino above) {
        this.export = export;
        this.root = root;
        this.above = above;
    }

    Export export() {
        return export;
    }

    NodeId root() {
        return root;
    }

    @Nullable
    Ino above() {
        return above;
    }
}
