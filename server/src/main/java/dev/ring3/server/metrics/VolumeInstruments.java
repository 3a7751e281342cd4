package dev.ring3.server.metrics;

import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.server.metrics.Instrument.Unit;
import java.util.List;

/** What is watched of a volume and of the process that serves it. */
public final class VolumeInstruments {
    private VolumeInstruments() {}

    /** Those of a volume. */
    public static List<Instrument> of(Volume volume, Vfs vfs) {
        Runtime process = Runtime.getRuntime();
        return List.of(
                Instrument.gauge(
                        "ring3_volume_bytes",
                        Unit.BYTES,
                        "How much the volume can hold.",
                        () -> space(vfs).totalBytes()),
                Instrument.gauge(
                        "ring3_volume_free_bytes",
                        Unit.BYTES,
                        "How much of it is free.",
                        () -> space(vfs).freeBytes()),
                Instrument.gauge(
                        "ring3_volume_pending_keys",
                        Unit.COUNT,
                        "Keys of deleted subvolumes that are still to be cleaned up.",
                        volume.subvolumes()::pendingKeys),
                Instrument.gauge(
                        "ring3_heap_used_bytes",
                        Unit.BYTES,
                        "Java heap in use, with what is no longer needed and not yet collected.",
                        () -> process.totalMemory() - process.freeMemory()));
    }

    private static VolumeSpace space(Vfs vfs) {
        return vfs.attributes().space(vfs.root());
    }
}
