package dev.ring3.nfs.state;

import dev.ring3.fs.lock.LockOwner;
import dev.ring3.nfs.proto.Stateid;

/** The locks of an owner on a file. */
public final class LockState extends State {
    private final LockHolder holder;
    private final OpenState open;

    LockState(Stateid first, LockHolder holder, OpenState open) {
        super(first, open.client(), open.node());
        this.holder = holder;
        this.open = open;
    }

    /** Whose they are. */
    public LockHolder holder() {
        return holder;
    }

    /** Who that is to the table of locks. */
    public LockOwner owner() {
        return holder.owner();
    }

    /** The open file through which the first of them came. */
    public OpenState open() {
        return open;
    }
}
