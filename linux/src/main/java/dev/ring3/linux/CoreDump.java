package dev.ring3.linux;

import java.util.Optional;

/**
 * What became of a process's memory when it crashed (Linux 6.16).
 *
 * @param wasDumped whether it was written down
 * @param wasSkipped whether that was left out
 * @param readableByUser whether the process's owner may read it
 * @param readableByRoot whether only root may
 * @param signal why (Linux 6.19)
 */
public record CoreDump(
        boolean wasDumped,
        boolean wasSkipped,
        boolean readableByUser,
        boolean readableByRoot,
        Optional<Signal> signal) {}
