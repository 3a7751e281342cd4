package dev.ring3.nfs.op;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.Export;

/** An export where it stands. Equal only to itself. */
final class ExportRoot {
    private final Export export;
    private final NodeId root;
    private final int above;

    /**
     * Puts an export somewhere.
     *
     * @param above the pseudo directory that it is in, or -1
     */
    ExportRoot(Export export, NodeId root, int above) {
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

    int above() {
        return above;
    }
}
