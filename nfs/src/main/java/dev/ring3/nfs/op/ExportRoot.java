package dev.ring3.nfs.op;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.Export;

/**
 * An export where it stands.
 *
 * @param above the pseudo directory that it is in, or -1
 */
record ExportRoot(Export export, NodeId root, int above) {}
