package dev.ring3.fs.vfs;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FileView;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import java.lang.foreign.MemorySegment;

/**
 * Operations on open files, measured. Opening by name is a lookup and an open or a create, each measured where it is done;
 * a copy through memory counts as what it copies, and its writes count as writes too.
 */
final class ObservedFiles extends Files {
    private final Stopwatch stopwatch;

    ObservedFiles(Vfs vfs, Stopwatch stopwatch) {
        super(vfs);
        this.stopwatch = stopwatch;
    }

    @Override
    public OpenFile open(Caller caller, NodeId node, OpenHow how) {
        return stopwatch.time(ObservedOperation.OPEN, () -> super.open(caller, node, how));
    }

    @Override
    public void reopen(Caller caller, OpenFile file, OpenHow how) {
        stopwatch.run(ObservedOperation.OPEN, () -> super.reopen(caller, file, how));
    }

    @Override
    public OpenFile openNameless(Caller caller, NodeId directory, OpenHow how, NewNode shape) {
        return stopwatch.time(ObservedOperation.CREATE, () -> super.openNameless(caller, directory, how, shape));
    }

    @Override
    public void readDirectory(Caller caller, OpenFile directory, long after, DirectorySink sink) {
        stopwatch.run(ObservedOperation.READDIR, () -> super.readDirectory(caller, directory, after, sink));
    }

    @Override
    public long read(Caller caller, OpenFile file, long offsetBytes, MemorySegment into) {
        long began = Stopwatch.begin(ObservedOperation.READ);
        try {
            long read = super.read(caller, file, offsetBytes, into);
            stopwatch.succeeded(ObservedOperation.READ, began, read, file);
            return read;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.READ, began, e);
        }
    }

    @Override
    public FileView view(Caller caller, OpenFile file, long offsetBytes, MemorySegment into) {
        long began = Stopwatch.begin(ObservedOperation.READ);
        try {
            FileView view = super.view(caller, file, offsetBytes, into);
            stopwatch.succeeded(ObservedOperation.READ, began, view.lengthBytes());
            return view;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.READ, began, e);
        }
    }

    @Override
    public WriteResult write(Caller caller, OpenFile file, long offsetBytes, MemorySegment from, WriteOptions options) {
        long began = Stopwatch.begin(ObservedOperation.WRITE);
        try {
            WriteResult result = super.write(caller, file, offsetBytes, from, options);
            stopwatch.succeeded(ObservedOperation.WRITE, began, from.byteSize(), file);
            return result;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.WRITE, began, e);
        }
    }

    @Override
    public void allocate(Caller caller, OpenFile file, AllocateMode mode, long offsetBytes, long lengthBytes) {
        stopwatch.run(ObservedOperation.ALLOCATE, () -> super.allocate(caller, file, mode, offsetBytes, lengthBytes));
    }

    @Override
    public void cloneRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        long began = Stopwatch.begin(ObservedOperation.COPY);
        try {
            super.cloneRange(caller, source, sourceOffset, target, targetOffset, lengthBytes);
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.COPY, began, e);
        }
        stopwatch.succeeded(ObservedOperation.COPY, began, lengthBytes);
    }

    @Override
    public long copyRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        long began = Stopwatch.begin(ObservedOperation.COPY);
        try {
            long copied = super.copyRange(caller, source, sourceOffset, target, targetOffset, lengthBytes);
            stopwatch.succeeded(ObservedOperation.COPY, began, copied);
            return copied;
        } catch (RuntimeException e) {
            throw stopwatch.failed(ObservedOperation.COPY, began, e);
        }
    }

    @Override
    public void sync(OpenFile file, boolean dataOnly) {
        stopwatch.run(ObservedOperation.SYNC, () -> super.sync(file, dataOnly));
    }

    @Override
    public void syncAll(NodeId node) {
        stopwatch.run(ObservedOperation.SYNC, () -> super.syncAll(node));
    }

    @Override
    public void syncMetadata(NodeId node) {
        stopwatch.run(ObservedOperation.SYNC, () -> super.syncMetadata(node));
    }
}
