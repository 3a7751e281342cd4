package dev.ring3.fs.vfs;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations on attributes, measured. */
final class ObservedAttributes extends Attributes {
    private final Stopwatch stopwatch;

    ObservedAttributes(Vfs vfs, Stopwatch stopwatch) {
        super(vfs);
        this.stopwatch = stopwatch;
    }

    @Override
    public Stat stat(NodeId node, int mask) {
        long began = Stopwatch.begin(ObservedOperation.STAT);
        try {
            Stat stat = super.stat(node, mask);
            stopwatch.succeeded(ObservedOperation.STAT, began, 0);
            return stat;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.STAT, began, e);
        }
    }

    @Override
    public Stat set(Caller caller, NodeId node, AttrChange change, @Nullable OpenFile through) {
        return stopwatch.time(ObservedOperation.SETATTR, () -> super.set(caller, node, change, through));
    }

    @Override
    public byte @Nullable [] xattr(Caller caller, NodeId node, XattrName name) {
        long began = Stopwatch.begin(ObservedOperation.GETXATTR);
        try {
            byte[] value = super.xattr(caller, node, name);
            stopwatch.succeeded(ObservedOperation.GETXATTR, began, 0);
            return value;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.GETXATTR, began, e);
        }
    }

    @Override
    public List<XattrName> xattrs(Caller caller, NodeId node) {
        return stopwatch.time(ObservedOperation.GETXATTR, () -> super.xattrs(caller, node));
    }

    @Override
    public void setXattr(Caller caller, NodeId node, XattrName name, byte[] value, XattrMode mode) {
        stopwatch.run(ObservedOperation.SETXATTR, () -> super.setXattr(caller, node, name, value, mode));
    }

    @Override
    public void removeXattr(Caller caller, NodeId node, XattrName name) {
        stopwatch.run(ObservedOperation.SETXATTR, () -> super.removeXattr(caller, node, name));
    }

    @Override
    public @Nullable PosixAcl accessAcl(Caller caller, NodeId node) {
        return stopwatch.<@Nullable PosixAcl>time(ObservedOperation.GETXATTR, () -> super.accessAcl(caller, node));
    }

    @Override
    public @Nullable PosixAcl defaultAcl(Caller caller, NodeId node) {
        return stopwatch.<@Nullable PosixAcl>time(ObservedOperation.GETXATTR, () -> super.defaultAcl(caller, node));
    }

    @Override
    public void setAccessAcl(Caller caller, NodeId node, @Nullable PosixAcl acl) {
        stopwatch.run(ObservedOperation.SETATTR, () -> super.setAccessAcl(caller, node, acl));
    }

    @Override
    public void setDefaultAcl(Caller caller, NodeId node, @Nullable PosixAcl acl) {
        stopwatch.run(ObservedOperation.SETATTR, () -> super.setDefaultAcl(caller, node, acl));
    }
}
