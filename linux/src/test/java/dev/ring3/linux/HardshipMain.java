package dev.ring3.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Run by {@link HardshipTest} in a process that lacks something: writes down what it finds. */
final class HardshipMain {
    private static final int HANDLES_MAX = 10_000;

    private HardshipMain() {}

    public static void main(String[] arguments) throws IOException {
        List<String> found = switch (arguments[1]) {
            case "rights" -> withoutRights(Long.parseLong(arguments[2]));
            case "descriptors" -> withoutDescriptors();
            case "proc" -> withoutProc(Long.parseLong(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[1]);
        };
        Files.write(Path.of(arguments[0]), found);
    }

    private static List<String> withoutRights(long rootsProcess) {
        List<String> found = new ArrayList<>();
        try (Pidfd pidfd = Pidfd.open(rootsProcess)) {
            found.add("info: " + pidfd.info().credentials().orElseThrow().uid());
            found.add("state: " + pidfd.state());
            found.add("signal: " + errno(() -> pidfd.signal(Signal.KILL)));
            found.add("signal 0: " + errno(() -> pidfd.signal(Signal.NONE)));
            found.add("file: " + errno(() -> pidfd.file(0).close()));
            found.add("namespace: "
                    + errno(() -> pidfd.namespace(NamespaceKind.NETWORK).close()));
            found.add("enter: " + errno(() -> pidfd.enter(Set.of(NamespaceKind.HOST_NAME))));
            found.add("attribute: " + errno(() -> pidfd.attributes().set("trusted.a", new byte[1])));
            found.add("reap: " + errno(pidfd::tryReap));
        }
        return found;
    }

    private static List<String> withoutDescriptors() {
        List<String> found = new ArrayList<>();
        PidfdReactor.shared();
        // Whatever has to be loaded from files, is loaded by this.
        try (Child warm = Spawn.named("true").stdout(Redirect.PIPE).start()) {
            warm.exit().join();
        }
        found.add("warm: "
                + errno(() -> Spawn.named("no-such-program-of-ring3").start().close()));
        ProcessHandle.of(1).ifPresent(handle -> found.add("init: " + handle.pid()));
        List<Pidfd> handles = new ArrayList<>();
        String open = "none";
        while (open.equals("none") && handles.size() < HANDLES_MAX) {
            try {
                handles.add(Pidfd.self());
            } catch (LinuxException e) {
                open = e.errno().name();
            }
        }
        found.add("open: " + open);
        found.add("spawn with pipes: "
                + errno(() -> Spawn.named("true").stdout(Redirect.PIPE).start().close()));
        found.add("spawn: " + errno(() -> Spawn.named("sleep", "1000").start().close()));
        handles.removeLast().close();
        found.add("with one, pipes: "
                + errno(() -> Spawn.named("true").stdout(Redirect.PIPE).start().close()));
        found.add("with one: "
                + errno(() -> {
                    try (Child child = Spawn.named("true").start()) {
                        child.exit().join();
                    }
                }));
        handles.forEach(Pidfd::close);
        found.add("children left: " + ProcessHandle.current().children().count());
        return found;
    }

    private static List<String> withoutProc(long rootsProcess) {
        List<String> found = new ArrayList<>();
        SystemCalls old = OldKernel.without(Feature.PROCESS_INFO, Feature.PIDFS, Feature.HANDLES, Feature.NAMESPACES);
        found.add("seen: " + Files.exists(Path.of("/proc/" + rootsProcess)));
        try (Pidfd pidfd = Pidfd.open(rootsProcess);
                Pidfd asOld = PidfdOpening.open(old, rootsProcess, 0)) {
            found.add("info: " + pidfd.info().credentials().orElseThrow().uid());
            found.add("old info: " + errno(asOld::info));
            found.add("old id: " + errno(asOld::id));
            found.add("old namespace: "
                    + errno(() -> asOld.namespace(NamespaceKind.NETWORK).close()));
        }
        return found;
    }

    private static String errno(Runnable operation) {
        try {
            operation.run();
            return "done";
        } catch (LinuxException e) {
            return e.errno().name();
        }
    }
}
