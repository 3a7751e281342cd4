package dev.ring3.nio;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Walks a path as the filesystem does, and keeps the names: {@code realpath(3)}. */
final class RealPath {
    /**
     * A name on the way, and the inode it led to.
     *
     * @param elsewhere whether that is not where the name is: a {@code ..} behind it is not the directory before it
     */
    private record Step(Name name, NodeId node, boolean elsewhere) {}

    private final Session session;
    private final boolean follow;
    private final List<Step> steps = new ArrayList<>();
    private final Deque<byte[]> open = new ArrayDeque<>();
    private int links;

    private RealPath(Session session, boolean follow) {
        this.session = session;
        this.follow = follow;
    }

    /**
     * The path without {@code .}, {@code ..} and, where they are followed, links; without that, a {@code ..} behind a
     * link stays, since it leads elsewhere.
     *
     * @throws FsException ENOENT, ENOTDIR, EACCES, ELOOP
     */
    static Ring3Path of(Ring3Path path, boolean follow) {
        RealPath real = new RealPath(path.getFileSystem().session(), follow);
        real.push(path.toAbsolutePath());
        while (!real.open.isEmpty()) {
            real.step(path, real.open.pop());
        }
        Ring3Path result = Ring3Path.of(path.getFileSystem(), new byte[] {'/'});
        for (Step step : real.steps) {
            result = result.child(step.name.bytes());
        }
        return result;
    }

    private void push(Ring3Path path) {
        List<byte[]> names = new ArrayList<>(path.names());
        Collections.reverse(names);
        names.forEach(open::push);
    }

    private NodeId here() {
        return steps.isEmpty() ? session.root() : steps.getLast().node;
    }

    private void step(Ring3Path path, byte[] bytes) {
        Name name = Name.of(bytes);
        NodeId directory = here();
        if (name.isDotOrDotDot()) {
            dots(name, directory);
            return;
        }
        Stat found = session.vfs().names().lookup(session.caller(), directory, name, StatMask.QUIET);
        if (found.type() != FileType.SYMLINK || (!follow && open.isEmpty())) {
            steps.add(new Step(name, found.node(), false));
        } else if (follow) {
            expand(path, found);
        } else {
            byte[] target = session.vfs().names().readlink(session.caller(), found.node());
            NodeId reached = session.walk()
                    .resolve(directory, target, true, StatMask.QUIET)
                    .node();
            steps.add(new Step(name, reached, true));
        }
    }

    private void dots(Name name, NodeId directory) {
        NodeId above = session.vfs()
                .names()
                .lookup(session.caller(), directory, name, StatMask.QUIET)
                .node();
        if (name.length() == 1 || steps.isEmpty()) {
            return;
        }
        if (steps.getLast().elsewhere) {
            steps.add(new Step(name, above, true));
        } else {
            steps.removeLast();
        }
    }

    private void expand(Ring3Path path, Stat link) {
        if (++links > PathWalk.LINKS_MAX) {
            throw new FsException(Errno.ELOOP, "lookup", path.toString());
        }
        Ring3Path target =
                Ring3Path.of(path.getFileSystem(), session.vfs().names().readlink(session.caller(), link.node()));
        if (target.isAbsolute()) {
            steps.clear();
        }
        push(target);
    }
}
