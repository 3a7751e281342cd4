package dev.ring3.fs.volume;

import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.linux.Errno;

/** Reads directories. One cursor sees one moment, so no lock is needed, however long the reader takes. */
final class Listing {
    private final VolumeCore core;
    private final Lookup lookup;

    Listing(VolumeCore core, Lookup lookup) {
        this.core = core;
        this.lookup = lookup;
    }

    void read(NodeId directory, long after, DirectorySink sink) {
        Subvolume subvolume = core.subvolumes().require(directory.subvolume(), "read directory");
        View view = lookup.reading(directory, "read directory", (found, live) -> {
            core.requireDirectory(live, "read directory");
            return found.view();
        });
        if (after == Long.MAX_VALUE) {
            return;
        }
        if (after < 0) {
            throw new FsException(Errno.EINVAL, "read directory", "cookie " + after);
        }
        if (lookup.record(directory).entries == 0) {
            return; // without a walk over what was removed
        }
        try (ViewScan scan = new ViewScan(view, Kind.DIRENT, directory.ino().value(), after + 1)) {
            while (scan.next()) {
                Dirent entry = Dirent.decode(scan.version().value());
                Name name = entry.name();
                long cookie = scan.item().position();
                if (name != null && !sink.entry(name, cookie, lookup.target(subvolume, entry), entry.type())) {
                    return;
                }
            }
        }
    }
}
