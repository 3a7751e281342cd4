package dev.ring3.fs.vfs;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.fs.lock.Use;

/** A file or directory that somebody has open; to be closed by {@link Files#close}. Has no position. */
public final class OpenFile {
    private final OpenNode node;
    private final OpenEntry entry;
    private final OpenHow how;
    private final long id;

    OpenFile(OpenNode node, OpenEntry entry, OpenHow how, long id) {
        this.node = node;
        this.entry = entry;
        this.how = how;
        this.id = id;
    }

    /** A number that no other open file of this {@link Vfs} has, before or after; positive. */
    public long id() {
        return id;
    }

    /** Which inode. */
    public NodeId node() {
        return node.node();
    }

    /** Its place in the table of opens. */
    public OpenEntry entry() {
        return entry;
    }

    /** Whether it may be read from. */
    public boolean mayRead() {
        return entry.sharing().access().overlaps(Use.READ);
    }

    /** Whether it may be written to. */
    public boolean mayWrite() {
        return entry.sharing().access().overlaps(Use.WRITE);
    }

    OpenNode held() {
        return node;
    }

    boolean has(OpenOption option) {
        return how.has(option);
    }

    WriteOptions writeOptions() {
        WriteOptions.Sync sync = WriteOptions.Sync.NONE;
        if (has(OpenOption.SYNC)) {
            sync = WriteOptions.Sync.ALL;
        } else if (has(OpenOption.DATA_SYNC)) {
            sync = WriteOptions.Sync.DATA;
        }
        return new WriteOptions(has(OpenOption.APPEND), sync, false);
    }
}
