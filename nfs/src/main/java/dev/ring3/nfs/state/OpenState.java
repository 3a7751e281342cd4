package dev.ring3.nfs.state;

import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.nfs.proto.Stateid;
import java.util.HashSet;
import java.util.Set;

/** A file that an owner has open, by one or several OPENs. */
public final class OpenState extends State {
    private final OpenOwner owner;
    private final OpenFile file;
    private final int uid;

    // Guarded by the client's lock: what each OPEN asked for, since OPEN_DOWNGRADE may go back to any of these.
    private final Set<Sharing> asked = new HashSet<>();

    OpenState(Stateid first, OpenOwner owner, OpenFile file, Sharing sharing, int uid) {
        super(first, owner.client(), file.node());
        this.owner = owner;
        this.file = file;
        this.uid = uid;
        asked.add(sharing);
    }

    /** Whose it is. */
    public OpenOwner owner() {
        return owner;
    }

    /** The open file. */
    public OpenFile file() {
        return file;
    }

    /** The user who opened it, whose later reads and writes need no further permission. */
    public int uid() {
        return uid;
    }

    void askedLocked(Sharing sharing) {
        asked.add(sharing);
    }

    /** Whether some of the OPENs together asked for just this (RFC 8881, section 18.18.3). */
    boolean mayDowngradeLocked(Sharing wanted) {
        Use access = Use.NONE;
        Use denied = Use.NONE;
        for (Sharing one : asked) {
            boolean within = one.access().and(wanted.access()) == wanted.access()
                    && one.denied().and(wanted.denied()) == wanted.denied();
            if (within) {
                access = access.and(one.access());
                denied = denied.and(one.denied());
            }
        }
        return access == wanted.access() && denied == wanted.denied();
    }

    void downgradedLocked(Sharing wanted) {
        asked.removeIf(one -> one.access().and(wanted.access()) != wanted.access()
                || one.denied().and(wanted.denied()) != wanted.denied());
    }
}
