package dev.ring3.fs.vfs;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import org.jspecify.annotations.Nullable;

/** Operations on names, measured. */
final class ObservedNames extends Names {
    private final Stopwatch stopwatch;

    ObservedNames(Vfs vfs, Stopwatch stopwatch) {
        super(vfs);
        this.stopwatch = stopwatch;
    }

    // Without a lambda, as all that is called most: it takes no memory, whatever the compiler inlines.
    @Override
    public @Nullable Stat find(Caller caller, NodeId directory, Name name, int mask) {
        long began = Stopwatch.begin(ObservedOperation.LOOKUP);
        try {
            Stat found = super.find(caller, directory, name, mask);
            stopwatch.succeeded(ObservedOperation.LOOKUP, began, 0);
            return found;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.LOOKUP, began, e);
        }
    }

    @Override
    public FileTree.Entered create(Caller caller, NodeId directory, Name name, NewNode shape) {
        return stopwatch.time(ObservedOperation.CREATE, () -> super.create(caller, directory, name, shape));
    }

    @Override
    public FileTree.Entered link(Caller caller, NodeId node, NodeId directory, Name name) {
        return stopwatch.time(ObservedOperation.LINK, () -> super.link(caller, node, directory, name));
    }

    @Override
    public FileTree.Removed unlink(Caller caller, NodeId directory, Name name) {
        return stopwatch.time(ObservedOperation.UNLINK, () -> super.unlink(caller, directory, name));
    }

    @Override
    public FileTree.Removed rmdir(Caller caller, NodeId directory, Name name) {
        return stopwatch.time(ObservedOperation.UNLINK, () -> super.rmdir(caller, directory, name));
    }

    @Override
    public FileTree.Renamed rename(Caller caller, NodeId from, Name name, NodeId to, Name newName, RenameMode mode) {
        return stopwatch.time(ObservedOperation.RENAME, () -> super.rename(caller, from, name, to, newName, mode));
    }

    @Override
    public byte[] readlink(Caller caller, NodeId node) {
        return stopwatch.time(ObservedOperation.READLINK, () -> super.readlink(caller, node));
    }
}
