package dev.ring3.nfs.op;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.state.NfsState;

/** What operations work with. */
public record Service(Vfs vfs, ExportTable exports, NfsState state, Identities identities) {
    /** The most data in one READ or WRITE, and the longest READDIR. */
    static final int DATA_BYTES_MAX = 1 << 20;
}
