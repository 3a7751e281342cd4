package dev.ring3.server.api;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.extent.DataFinding;
import dev.ring3.fs.extent.DataReport;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeFinding;
import dev.ring3.fs.volume.VolumeReport;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.Work;
import dev.ring3.server.json.JsonObject;
import java.util.List;

/** Checks of a volume as jobs. What is wrong makes a job one that failed; what exactly is in its result. */
final class Audits {
    private static final int TELL_EVERY = 1024;

    private final Volume volume;

    Audits(Volume volume) {
        this.volume = volume;
    }

    JsonObject check(Job job) {
        VolumeReport report = volume.check(records -> {
            if (records % TELL_EVERY == 0) {
                job.progress(records, -1, "records");
            }
        });
        job.progress(report.keys(), report.keys(), "records");
        JsonObject result = new JsonObject().put("keys", report.keys()).put("inodes", report.inodes());
        return judged(
                result, report.findings().stream().map(VolumeFinding::toString).toList());
    }

    JsonObject scrub(Job job) {
        long stored = storedBlocks();
        DataReport report =
                volume.scrub((_, seen) -> job.progress(seen, stored < 0 ? stored : Math.max(stored, seen), "blocks"));
        job.progress(report.blocks(), report.blocks(), "blocks");
        JsonObject result = new JsonObject().put("records", report.records()).put("blocks", report.blocks());
        return judged(
                result, report.findings().stream().map(DataFinding::toString).toList());
    }

    /** About how many there are, or -1 where a quota hides it: what is in no block of its own is not looked at. */
    private long storedBlocks() {
        if (volume.subvolumes().info(SubvolumeId.FIRST).quotaBytes() >= 0) {
            return -1;
        }
        VolumeSpace space = volume.space(NodeId.rootOf(SubvolumeId.FIRST));
        return (space.totalBytes() - space.freeBytes()) / space.blockBytes();
    }

    private static JsonObject judged(JsonObject result, List<String> findings) {
        result.putTexts("findings", findings);
        if (!findings.isEmpty()) {
            throw new Work.FailedException(
                    "%d things are wrong, the first: %s".formatted(findings.size(), findings.getFirst()), result);
        }
        return result;
    }
}
