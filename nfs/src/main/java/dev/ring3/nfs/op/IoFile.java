package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.OpenOption;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.CopyState;
import dev.ring3.nfs.state.Delegation;
import dev.ring3.nfs.state.LockState;
import dev.ring3.nfs.state.OpenState;
import dev.ring3.nfs.state.State;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a READ, a WRITE and their like: that of the stateid, or one that is opened for this operation alone
 * (RFC 8881, section 8.2.3 and 9.1.2).
 */
final class IoFile implements AutoCloseable {
    private final Compound compound;
    private final OpenFile file;
    private final boolean own;
    private final Caller caller;

    private IoFile(Compound compound, OpenFile file, boolean own, Caller caller) {
        this.compound = compound;
        this.file = file;
        this.own = own;
        this.caller = caller;
    }

    OpenFile file() {
        return file;
    }

    /** Who does it. */
    Caller caller() {
        return caller;
    }

    /** The file, if a client has it open. */
    @Nullable
    OpenFile heldOpen() {
        return own ? null : file;
    }

    @Override
    public void close() {
        if (own) {
            compound.vfs().files().close(file);
        }
    }

    /** The current file, which must be a regular one, for the stateid that the arguments go on with. */
    static IoFile ofCurrent(Compound c, Stateid stateid, Use use) {
        Stat stat = c.stat(StatMask.TYPE);
        if (stat.type() != FileType.REGULAR) {
            throw c.wrongType(stat);
        }
        return ofFile(c, stateid, use);
    }

    /** The same for operations of NFSv4.2 that want a regular file and say no more of what is none (RFC 7862, section 15). */
    static IoFile ofRegular(Compound c, Stateid stateid, Use use) {
        c.requireRegular(c.current());
        return ofFile(c, stateid, use);
    }

    private static IoFile ofFile(Compound c, Stateid stateid, Use use) {
        Place place = use == Use.READ ? c.current() : c.currentToChange();
        return find(c, stateid, use, place.node());
    }

    static IoFile find(Compound c, Stateid stateid, Use use, NodeId node) {
        if (stateid.equals(Stateid.ANONYMOUS) || stateid.equals(Stateid.READ_BYPASS)) {
            if (use == Use.WRITE || stateid.equals(Stateid.ANONYMOUS)) {
                c.state().grace().requireOver();
            }
            return temporary(c, c.caller(), node, use);
        }
        State state = c.state().table().require(stateid, c.sessionClient());
        if (!state.node().equals(node)) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        state.client().renew();
        return switch (state) {
            case OpenState open -> ofOpen(c, open, use);
            case LockState lock -> ofOpen(c, lock.open(), use);
            case Delegation delegation -> ofDelegation(c, delegation, use);
            case CopyState _ -> throw new NfsException(NfsStatus.BAD_STATEID);
        };
    }

    /** What its holder has open for that; else the file is opened for this operation, if the user may do that now. */
    private static IoFile ofDelegation(Compound c, Delegation delegation, Use use) {
        if (use == Use.WRITE && !delegation.mayWrite()) {
            throw new NfsException(NfsStatus.OPENMODE);
        }
        OpenState open = c.state().opens().openFor(delegation.client(), delegation.node(), use);
        return open == null
                ? temporary(c, c.callerAs(delegation.client()), delegation.node(), use)
                : ofOpen(c, open, use);
    }

    private static IoFile ofOpen(Compound c, OpenState open, Use use) {
        if (!open.owner().isConfirmed()) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        OpenFile file = open.file();
        Caller caller = c.callerAs(open.client());
        if (use == Use.READ && !file.mayRead()) {
            return readThroughWriter(c, caller, open);
        }
        if (use == Use.WRITE && !file.mayWrite()) {
            throw new NfsException(NfsStatus.OPENMODE);
        }
        if (caller.credentials().uid() != open.uid()) {
            requireAllowed(c, caller, open.node(), use);
        }
        return new IoFile(c, file, false, caller);
    }

    /**
     * Clients read through a file that is open for writing alone, to fill up the pages that they write (RFC 8881, section
     * 9.1.2): allowed where the user may read the file, and nobody denies it.
     */
    private static IoFile readThroughWriter(Compound c, Caller caller, OpenState open) {
        try {
            return temporary(c, caller, open.node(), Use.READ);
        } catch (FsException e) {
            throw e.errno() == Errno.EACCES ? new NfsException(NfsStatus.OPENMODE) : e;
        }
    }

    /** Another user of the client than who opened the file. */
    private static void requireAllowed(Compound c, Caller caller, NodeId node, Use use) {
        Stat stat = c.vfs().attributes().stat(node, StatMask.QUIET);
        boolean allowed = stat.uid() == caller.credentials().uid()
                || (use == Use.WRITE
                        ? Permissions.may(stat, caller.credentials(), Permissions.WRITE)
                        : Permissions.may(stat, caller.credentials(), Permissions.READ)
                                || Permissions.may(stat, caller.credentials(), Permissions.EXECUTE));
        if (!allowed) {
            throw new NfsException(NfsStatus.ACCESS);
        }
    }

    private static IoFile temporary(Compound c, Caller caller, NodeId node, Use use) {
        try {
            return new IoFile(c, open(c, caller, node, OpenHow.of(use)), true, caller);
        } catch (FsException e) {
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
            if (!c.state().opens().yieldSilent(node)) {
                throw new NfsException(NfsStatus.LOCKED);
            }
            return new IoFile(c, open(c, caller, node, OpenHow.of(use)), true, caller);
        }
    }

    /** Opens a file; whoever may run it may read it, since we cannot tell one from the other. */
    static OpenFile open(Compound c, Caller caller, NodeId node, OpenHow how) {
        try {
            return c.vfs().files().open(caller, node, how);
        } catch (FsException e) {
            if (e.errno() != Errno.EACCES || how.sharing().access() != Use.READ) {
                throw e;
            }
            return c.vfs().files().open(caller, node, new OpenHow(how.sharing(), Set.of(OpenOption.EXECUTE)));
        }
    }
}
