package dev.ring3.server.api;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.ReceivedState;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.util.Locale;

/** Subvolumes as the API shows them. */
final class SubvolumeJson {
    static final Shape.Members SHAPE = Shape.object()
            .with("id", Shape.whole("its number"))
            .with("path", Shape.text("where it is"))
            .with("name", Shape.text("how it is called there; empty for the first"))
            .with("uuid", Shape.text("what names it in every volume"))
            .with("content", Shape.text("what names its content, which is the same where it was received"))
            .with("readOnly", Shape.flag("whether it cannot be written to"))
            .with("default", Shape.flag("whether it is what is mounted"))
            .with("created", Shape.text("when it was made"))
            .with("referencedBytes", Shape.whole("what its files have allocated; others may share it"))
            .with("referencedInodes", Shape.whole("how many inodes are in it"))
            .with("writtenBytes", Shape.whole("what was written since it, or its latest snapshot, was made"))
            .with("holds", Shape.whole("how many keep it from being deleted"))
            .with("compression", Shape.choice("how data is stored that is written from now on", "none", "zstd"))
            .maybe("receiving", Shape.text("how far it has come, of one that was received in part: a position"))
            .maybe("receivingSince", Shape.text("the content that one which was received in part builds on"))
            .maybe("snapshotOf", Shape.whole("the number of its source, for a snapshot"))
            .maybe("quotaBytes", Shape.whole("what it may allocate; none for no limit"))
            .maybe("quotaInodes", Shape.whole("how many inodes it may have; none for no limit"));

    private final VolumePaths paths;

    SubvolumeJson(VolumePaths paths) {
        this.paths = paths;
    }

    JsonObject of(SubvolumeId id) {
        return of(paths.control().info(id));
    }

    JsonObject of(SubvolumeInfo info) {
        ReceivedState received = info.received();
        JsonObject object = new JsonObject()
                .put("id", info.id().value())
                .put("path", paths.path(info.id()))
                .put("name", info.place() == null ? "" : info.name().toString())
                .put("uuid", info.uuid().toString())
                .put("content", (received == null ? info.uuid() : received.snapshot()).toString())
                .put("readOnly", info.readOnly())
                .put("default", info.id().equals(paths.control().defaultSubvolume()))
                .put("created", info.created().toString())
                .put("referencedBytes", info.referencedBytes())
                .put("referencedInodes", info.referencedInodes())
                .put("writtenBytes", info.writtenBytes())
                .put("holds", info.holds())
                .put("compression", info.compression().name().toLowerCase(Locale.ROOT));
        if (received != null && !received.isComplete()) {
            object.put("receiving", received.position().toString());
            if (received.parent() != null) {
                object.put("receivingSince", received.parent().toString());
            }
        }
        SubvolumeId origin = info.origin();
        if (origin != null) {
            object.put("snapshotOf", origin.value());
        }
        if (info.quotaBytes() >= 0) {
            object.put("quotaBytes", info.quotaBytes());
        }
        if (info.quotaInodes() >= 0) {
            object.put("quotaInodes", info.quotaInodes());
        }
        return object;
    }
}
