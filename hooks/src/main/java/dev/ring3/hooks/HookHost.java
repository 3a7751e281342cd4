package dev.ring3.hooks;

import dev.ring3.bpf.BpfHost;
import dev.ring3.bpf.HostObject;
import dev.ring3.bpf.HostTask;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Request;
import java.util.Optional;

/** Tells programs for whom they run. */
final class HookHost implements BpfHost {
    private final ThreadLocal<Asking> asking;
    private final AuditLog audit;

    HookHost(ThreadLocal<Asking> asking, AuditLog audit) {
        this.asking = asking;
        this.audit = audit;
    }

    /** The calling process; nobody where it is of another machine, or too old a kernel tells no lasting id of it. */
    @Override
    public Optional<HostTask> currentTask() {
        Asking now = asking.get();
        ProcessExit exit = now.exit();
        if (exit != null) {
            return exit.pidfsId() == 0
                    ? Optional.empty()
                    : Optional.of(new HostTask(
                            HostObject.task(exit.pidfsId()),
                            exit.process(),
                            exit.process(),
                            exit.uid(),
                            exit.gid(),
                            "",
                            exit.cgroup()));
        }
        Request request = now.request();
        if (request == null) {
            return Optional.empty();
        }
        ProcessFacts caller = now.caller();
        Credentials who = request.caller().credentials();
        return caller.pidfsId() == 0
                ? Optional.empty()
                : Optional.of(new HostTask(
                        HostObject.task(caller.pidfsId()),
                        caller.thread(),
                        caller.process(),
                        who.uid(),
                        who.gid(),
                        caller.command(),
                        caller.cgroup()));
    }

    /** The inode of the operation; its directory where there is none yet. */
    @Override
    public Optional<HostObject> currentInode() {
        Request request = asking.get().request();
        if (request == null) {
            return Optional.empty();
        }
        NodeId node = request.node() == null ? request.directory() : request.node();
        return Optional.ofNullable(node)
                .map(found ->
                        HostObject.inode(found.subvolume().value(), found.ino().value()));
    }

    @Override
    public void trace(String text) {
        audit.addText(asking.get().program(), text);
    }

    @Override
    public void timerFailed(RuntimeException failure) {
        audit.addText(null, "a timer has failed: " + failure.getMessage());
    }
}
