package dev.ring3.server;

import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.extent.DataOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether there is room for data, and why not. */
record RoomWatch(Path data, Supplier<VolumeSpace> space) {
    private static final long MIB = 1 << 20;

    /** For people; empty while something can be written. */
    Optional<String> problem() {
        VolumeSpace now = space.get();
        if (now.availableBytes() > 0) {
            return Optional.empty();
        }
        long kept = DataOptions.DEFAULT.hostKeepBytes();
        long free = hostFreeBytes();
        return Optional.of(
                free <= kept
                        ? "nothing can be written: the disk of %s has %d MiB free, and %d MiB stay for the volume's own records"
                                .formatted(data, free / MIB, kept / MIB)
                        : "nothing can be written: %d MiB are what the volume may take, by --limit or the quota of its first"
                                        .formatted(now.totalBytes() / MIB)
                                + " subvolume");
    }

    private long hostFreeBytes() {
        try {
            return Files.getFileStore(data).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // then it is not what is told
        }
    }
}
