package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.fs.volume.SnapshotDifference;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.linux.Errno;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What is done with subvolumes and snapshots on behalf of somebody: every change, and everything that tells what is in
 * them, asks the programs at {@link HookPoint#SNAPSHOT} first. Who may do so at all is decided above, where callers are
 * authenticated. The methods are those of {@link SubvolumeControl}, and fail as these do.
 */
public final class SubvolumeAccess {
    private final Vfs vfs;
    private final SubvolumeControl control;

    /** Access to the subvolumes of the volume that a namespace is over. */
    public SubvolumeAccess(Vfs vfs, SubvolumeControl control) {
        this.vfs = vfs;
        this.control = control;
    }

    /** Makes an empty subvolume; see {@link SubvolumeControl#create}. */
    public SubvolumeId create(Caller caller, NodeId directory, Name name, NewNode root, Guard guard) {
        check(Operation.SUBVOLUME_CREATE, caller, directory.subvolume(), request -> request.withPlace(directory, name));
        return control.create(directory, name, root, guard);
    }

    /** Takes a snapshot; see {@link SubvolumeControl#snapshot}. */
    public SubvolumeId snapshot(Caller caller, SubvolumeId source, Name name, boolean readOnly) {
        check(Operation.SNAPSHOT_CREATE, caller, source, request -> request.withName(name));
        return control.snapshot(source, name, readOnly);
    }

    /** Takes snapshots of a tree of subvolumes; programs of each are asked. See {@link SubvolumeControl#snapshotTree}. */
    public List<SubvolumeId> snapshotTree(Caller caller, SubvolumeId top, Name name, boolean readOnly) {
        for (SubvolumeId each : control.withNested(top)) {
            check(Operation.SNAPSHOT_CREATE, caller, each, request -> request.withName(name));
        }
        return control.snapshotTree(top, name, readOnly);
    }

    /** Lets a subvolume show what a snapshot shows; see {@link SubvolumeControl#rollback}. */
    public void rollback(Caller caller, SubvolumeId subvolume, SubvolumeId target, Optional<Name> keptAs) {
        check(
                Operation.ROLLBACK,
                caller,
                subvolume,
                request -> request.withName(keptAs.orElse(null)).withOtherSubvolume(target));
        control.rollback(subvolume, target, keptAs);
    }

    /** Deletes a subvolume or snapshot; programs of a snapshot's origin are asked. See {@link SubvolumeControl#delete}. */
    public void delete(Caller caller, SubvolumeId subvolume) {
        if (vfs.isHooked(HookPoint.SNAPSHOT)) {
            SubvolumeInfo info = control.info(subvolume);
            SubvolumeId origin = info.origin();
            if (origin == null) {
                check(Operation.SUBVOLUME_DELETE, caller, subvolume, request -> request.withName(info.name()));
            } else {
                check(
                        Operation.SNAPSHOT_DELETE,
                        caller,
                        origin,
                        request -> request.withName(info.name()).withOtherSubvolume(subvolume));
            }
        }
        control.delete(subvolume);
    }

    /** Gives a snapshot another name; see {@link SubvolumeControl#rename}. */
    public void rename(Caller caller, SubvolumeId snapshot, Name name) {
        check(Operation.SUBVOLUME_CHANGE, caller, snapshot, request -> request.withName(name));
        control.rename(snapshot, name);
    }

    /** Sets the default; see {@link SubvolumeControl#setDefault}. */
    public void setDefault(Caller caller, SubvolumeId subvolume) {
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request);
        control.setDefault(subvolume);
    }

    /** Bounds a subvolume; see {@link SubvolumeControl#setQuota}. */
    public void setQuota(Caller caller, SubvolumeId subvolume, long bytes, long inodes) {
        if (bytes < -1 || inodes < -1) {
            throw new FsException(Errno.EINVAL, "set quota", "%d bytes, %d inodes".formatted(bytes, inodes));
        }
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request.withLength(bytes));
        control.setQuota(subvolume, bytes, inodes);
    }

    /** Sets how data is stored; see {@link SubvolumeControl#setCompression}. */
    public void setCompression(Caller caller, SubvolumeId subvolume, CompressionMode mode) {
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request);
        control.setCompression(subvolume, mode);
    }

    /** Keeps a subvolume from being deleted; see {@link SubvolumeControl#hold}. */
    public void hold(Caller caller, SubvolumeId subvolume) {
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request);
        control.hold(subvolume);
    }

    /** Takes a hold back; see {@link SubvolumeControl#release}. */
    public void release(Caller caller, SubvolumeId subvolume) {
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request);
        control.release(subvolume);
    }

    /** Tells how two subvolumes differ; see {@link SubvolumeControl#difference}. */
    public void difference(Caller caller, SubvolumeId from, SubvolumeId to, Consumer<SnapshotDifference> sink) {
        requireSendable(caller, to, Optional.of(from));
        control.difference(from, to, sink);
    }

    /** Lets nobody write to a subvolume, or again; see {@link SubvolumeControl#setReadOnly}. */
    public void setReadOnly(Caller caller, SubvolumeId subvolume, boolean readOnly) {
        check(Operation.SUBVOLUME_CHANGE, caller, subvolume, request -> request);
        control.setReadOnly(subvolume, readOnly);
    }

    /** Sends what a subvolume shows, or what it has since another; see {@link SubvolumeControl#send}. */
    public void send(Caller caller, SendRequest wanted, OutputStream out) {
        requireSendable(caller, wanted.snapshot(), wanted.since());
        control.send(wanted, out);
    }

    private void requireSendable(Caller caller, SubvolumeId subvolume, Optional<SubvolumeId> since) {
        check(
                Operation.SEND,
                caller,
                subvolume,
                request -> since.map(request::withOtherSubvolume).orElse(request));
    }

    /** Makes a subvolume of what was sent, in a directory; see {@link SubvolumeControl#receive}. */
    public SubvolumeId receive(Caller caller, NodeId directory, Name name, Guard guard, InputStream in) {
        check(Operation.RECEIVE, caller, directory.subvolume(), request -> request.withPlace(directory, name));
        return control.receive(directory, name, guard, in);
    }

    private void check(Operation operation, Caller caller, SubvolumeId subvolume, UnaryOperator<Request> details) {
        if (vfs.isHooked(HookPoint.SNAPSHOT)) {
            vfs.check(details.apply(Request.of(operation, caller, subvolume)));
        }
    }
}
