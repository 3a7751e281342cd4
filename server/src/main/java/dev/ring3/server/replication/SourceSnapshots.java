package dev.ring3.server.replication;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.SubvolumeAccess;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.ReceivedState;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.schedule.TimedName;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The snapshots here that can be sent. */
public final class SourceSnapshots {
    private static final Caller CALLER = Caller.local(Credentials.ROOT);

    private final SubvolumeControl control;
    private final SubvolumeAccess access;
    private final Events events;
    private final InstantSource clock;

    public SourceSnapshots(Vfs vfs, SubvolumeControl control, Events events, InstantSource clock) {
        this.control = control;
        this.access = new SubvolumeAccess(vfs, control);
        this.events = events;
        this.clock = clock;
    }

    /** What names the content of one, wherever it is. */
    static UUID content(SubvolumeInfo info) {
        ReceivedState received = info.received();
        return received == null ? info.uuid() : received.snapshot();
    }

    /** Refuses what there is none of (ESTALE), and what no snapshot of can differ from the last. */
    void require(SubvolumeId source) {
        control.info(source);
    }

    /** Where a subvolume is, for people. */
    String path(SubvolumeId id) {
        return control.path(NodeId.rootOf(id))
                .map(names -> "/" + names.stream().map(Name::toString).collect(Collectors.joining("/")))
                .orElse("subvolume " + id.value());
    }

    /** The snapshots of a subvolume that nobody can write to. */
    List<SubvolumeInfo> of(SubvolumeId source) {
        return control.list().stream()
                .filter(info -> source.equals(info.origin()) && info.readOnly())
                .toList();
    }

    SubvolumeInfo info(SubvolumeId id) {
        return control.info(id);
    }

    /** Takes one. */
    SubvolumeInfo take(Replication replication) {
        String name = TimedName.of(replication.prefix(), clock.instant());
        SubvolumeId taken = control.snapshot(replication.source(), Name.of(name), true);
        tell("snapshot.created", taken, name);
        return control.info(taken);
    }

    void send(SendRequest request, OutputStream out) {
        access.send(CALLER, request, out);
    }

    void requireSendable(SendRequest request) {
        control.requireSendable(request);
    }

    void hold(SubvolumeId id) {
        control.hold(id);
    }

    /** Takes one hold back, if there is one. */
    void release(SubvolumeInfo info) {
        if (info.holds() > 0) {
            control.release(info.id());
        }
    }

    /** Deletes one; gives what is in the way, if something is. */
    Optional<String> delete(SubvolumeInfo info) {
        String name = info.name().toString();
        try {
            control.delete(info.id());
            tell("subvolume.deleted", info.id(), name);
            return Optional.empty();
        } catch (FsException e) {
            return Optional.of("%s: %s".formatted(name, e.getMessage()));
        }
    }

    private void tell(String event, SubvolumeId id, String name) {
        events.publish(
                event,
                new JsonObject()
                        .put("subvolume", new JsonObject().put("id", id.value()).put("name", name)));
    }
}
