package dev.ring3.server;

import dev.ring3.fs.Name;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.hooks.ProcessExit;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.pidfs.PidFs;
import dev.ring3.server.event.ProcessEnds;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The processes of this machine, in the namespace; their ends are events. */
final class ProcessTree implements AutoCloseable {
    /** Where they are, in the root. No directory lists it, and what the volume has of this name is hidden. */
    static final Name NAME = Name.of(".pidfs");

    private final @Nullable PidFs tree;

    private ProcessTree(@Nullable PidFs tree) {
        this.tree = tree;
    }

    /**
     * Puts them into a namespace that nobody looks at yet; leaves it as it is where the kernel does not tell processes
     * apart.
     *
     * @param problem told why, in a line
     * @param programs told of processes that have ended
     */
    static ProcessTree mount(Vfs vfs, ProcessEnds ends, Consumer<String> problem, Consumer<ProcessExit> programs) {
        PidFs tree;
        try {
            tree = PidFs.open();
        } catch (UnsupportedHostException e) {
            problem.accept("/%s is not there: %s".formatted(NAME, e.getMessage()));
            return new ProcessTree(null);
        }
        vfs.mount(vfs.root(), NAME, tree);
        // Ends with the tree.
        var _ = tree.onExit(ended -> {
            ends.publish(ended.pidfsId(), ended.pid(), ended.waitStatus());
            programs.accept(new ProcessExit(
                    ended.pid(), ended.pidfsId(), ended.cgroup(), ended.uid(), ended.gid(), ended.waitStatus()));
        });
        return new ProcessTree(tree);
    }

    @Override
    public void close() {
        if (tree != null) {
            tree.close();
        }
    }
}
