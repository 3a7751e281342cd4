package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Names;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.io.IOException;

/** Takes names away. */
final class Removal {
    /** What may go. */
    enum What {
        ANYTHING,
        FILE,
        DIRECTORY
    }

    private Removal() {}

    static void delete(Location location, What what) throws IOException {
        location.change(() -> {
            PathWalk.End end = location.walk(false, StatMask.QUIET);
            Name name = nameFor(location, end);
            Stat found = end.node();
            boolean directory = what == What.ANYTHING ? found != null && found.isDirectory() : what == What.DIRECTORY;
            remove(location.session(), end.directory(), name, directory);
            return null;
        });
    }

    static void remove(Session session, NodeId directory, Name name, boolean isDirectory) {
        Names names = session.vfs().names();
        if (isDirectory) {
            names.rmdir(session.caller(), directory, name);
        } else {
            names.unlink(session.caller(), directory, name);
        }
    }

    /** The name that goes or is given to another; a path to a directory by its own dots has none. */
    static Name nameFor(Location location, PathWalk.End end) {
        Name name = end.name();
        if (name != null) {
            return name;
        }
        byte[] last = location.path().lastName();
        boolean above = last.length == 2 && last[0] == '.' && last[1] == '.';
        boolean itself = last.length == 1 && last[0] == '.';
        throw new FsException(
                above ? Errno.ENOTEMPTY : itself ? Errno.EINVAL : Errno.EBUSY,
                "remove",
                location.path().toString());
    }
}
