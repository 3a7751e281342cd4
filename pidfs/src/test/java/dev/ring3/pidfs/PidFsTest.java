package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PollNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Child;
import dev.ring3.linux.Errno;
import dev.ring3.linux.Grouping;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import dev.ring3.linux.Redirect;
import dev.ring3.linux.Signal;
import dev.ring3.linux.Spawn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tree itself, over this machine's processes. */
final class PidFsTest {
    private static final int SOON_SECONDS = 30;

    private PidFs tree;
    private Child child;
    private long number;

    @BeforeEach
    void start() {
        tree = PidFs.open();
        child = Spawn.named("sh", "-c", "read line; exit 42")
                .stdin(new Redirect.Pipe())
                .start();
        number = number(child);
    }

    @AfterEach
    void stop() {
        child.signal(Signal.KILL);
        child.close();
        tree.close();
    }

    private static long number(Child child) {
        try (Pidfd pidfd = child.handle()) {
            return ((PidfdId.Inode) pidfd.id()).inode();
        }
    }

    private NodeId walk(String path) {
        NodeId node = tree.root();
        for (String name : path.split("/", -1)) {
            Stat found = tree.find(node, Name.of(name), StatMask.QUIET);
            node = Objects.requireNonNull(found, () -> name + " of " + path).node();
        }
        return node;
    }

    private String process() {
        return "by-id/" + number;
    }

    private String read(String path) {
        try (OpenNode file = tree.open(walk(path))) {
            return read(file);
        }
    }

    private String read(OpenNode file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(1 << 16);
            long length = tree.read(file, 0, into);
            return new String(into.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
        }
    }

    private void write(String path, String text) {
        try (OpenNode file = tree.open(walk(path));
                Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(UTF_8);
            tree.write(file, 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), WriteOptions.PLAIN);
        }
    }

    private Set<String> names(String path) {
        Set<String> names = new HashSet<>();
        tree.readDirectory(path.isEmpty() ? tree.root() : walk(path), 0, (name, cookie, node, type) -> {
            assertThat(cookie).isGreaterThan(2);
            assertThat(names.add(name.toString())).as("once: %s", name).isTrue();
            assertThat(tree.stat(node, StatMask.QUIET).type()).isEqualTo(type);
            return true;
        });
        return names;
    }

    private static void assertFails(Errno errno, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    /** The child ends, and is reaped by who started it. */
    private void end() throws Exception {
        child.stdin().close();
        child.exit().get(SOON_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void process_byItsNumber_isALinkToItsId() {
        NodeId link = walk("by-pid/" + child.pid());

        assertThat(new String(tree.readlink(link), UTF_8)).isEqualTo("../by-id/" + number);
        assertThat(walk(process()).ino().value()).isEqualTo(number);
        assertThat(names("by-id")).contains(Long.toString(number));
        assertThat(names("by-pid")).contains(Long.toString(child.pid()));
        assertThat(names("")).containsExactlyInAnyOrder("by-pid", "by-id", "by-cgroup", "self", "events");
    }

    @Test
    void names_thatAreNone_areNotThere() {
        for (String name : List.of("0", "-1", "+1", "01", "x", "99999999999999999999", "4194304")) {
            assertThat(tree.find(walk("by-pid"), Name.of(name), StatMask.QUIET))
                    .as(name)
                    .isNull();
            assertThat(tree.find(walk("by-id"), Name.of(name), StatMask.QUIET))
                    .as(name)
                    .isNull();
        }
    }

    @Test
    void info_ofAProcess_saysWhatTheKernelSays() {
        String info = read(process() + "/info");

        assertThat(info.lines())
                .contains("id\t" + number, "pid\t" + child.pid(), "tgid\t" + child.pid(), "state\trunning", "comm\tsh")
                .contains("ppid\t" + ProcessHandle.current().pid());
        assertThat(tree.stat(walk(process() + "/info"), StatMask.QUIET).sizeBytes())
                .isEqualTo(info.length());
        assertThat(read(process() + "/info.json"))
                .contains("\"id\":" + number, "\"comm\":\"sh\"", "\"pid\":" + child.pid());
        assertThat(read(process() + "/cmdline")).isEqualTo("sh\0-c\0read line; exit 42\0");
        assertThat(read(process() + "/comm")).isEqualTo("sh\n");
        assertThat(read(process() + "/cgroup")).startsWith("cgroupid\t");
    }

    @Test
    void files_ofAProcess_areAllListed() {
        assertThat(names(process()))
                .containsExactlyInAnyOrder(
                        "info",
                        "info.json",
                        "state",
                        "exit",
                        "pin",
                        "signal",
                        "comm",
                        "cmdline",
                        "cgroup",
                        "ns",
                        "task");
        assertThat(tree.parent(walk(process() + "/task"))).isEqualTo(walk(process()));
        assertThat(tree.parent(walk(process()))).isEqualTo(walk("by-id"));
    }

    @Test
    void exit_isKnownWhileSomebodyHoldsIt_andThenGone() throws Exception {
        OpenNode exit = tree.open(walk(process() + "/exit"));
        OpenNode state = tree.open(walk(process() + "/state"));
        NodeId info = walk(process() + "/info");
        assertFails(Errno.EAGAIN, () -> read(exit));
        assertThat(read(state)).isEqualTo("running\n");

        end();

        assertThat(read(exit)).isEqualTo("exited 42\n");
        assertThat(read(state)).isEqualTo("reaped\n");
        assertThat(read(process() + "/exit")).isEqualTo("exited 42\n");
        assertThat(read(process() + "/info")).contains("exit\texited 42\n").doesNotContain("\npid\t");
        assertFails(Errno.ESRCH, () -> read(process() + "/comm"));
        assertThat(tree.find(walk("by-pid"), Name.of("" + child.pid()), StatMask.QUIET))
                .isNull();
        exit.close();
        assertThat(read(state)).isEqualTo("reaped\n");
        state.close();
        assertThat(tree.find(walk("by-id"), Name.of("" + number), StatMask.QUIET))
                .isNull();
        assertFails(Errno.ESTALE, () -> tree.open(info).close());
    }

    /** The kernel is told where to count on, so that a number is given out again at once. */
    @Test
    void number_usedAgain_isAnotherProcess() throws Exception {
        Path lastPid = Path.of("/proc/sys/kernel/ns_last_pid");
        assumeTrue(Files.isWritable(lastPid), "process numbers cannot be chosen here");
        NodeId signal = walk(process() + "/signal");
        end();
        for (int attempt = 0; attempt < 200; attempt++) {
            Files.writeString(lastPid, Long.toString(child.pid() - 1));
            try (Child next = Spawn.named("sleep", "1000").start()) {
                if (next.pid() == child.pid()) {
                    assertIsAnother(next, signal);
                    return;
                }
                next.signal(Signal.KILL);
            }
        }
        assumeTrue(false, "others took the number 200 times");
    }

    private void assertIsAnother(Child next, NodeId signal) {
        try {
            assertThat(walk("by-pid/" + child.pid())).isEqualTo(new Inode(Kind.PID_LINK, number(next)).node());
            assertThat(number(next)).isNotEqualTo(number);
            assertThat(tree.find(walk("by-id"), Name.of("" + number), StatMask.QUIET))
                    .isNull();
            assertFails(Errno.ESTALE, () -> tree.open(signal).close());
            assertThat(next.exit()).isNotDone();
        } finally {
            next.signal(Signal.KILL);
        }
    }

    @Test
    void poll_ofState_tellsOfTheEndAndOfTheReaping() throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").start();
        long id = tree.stat(walk("by-pid/" + process.pid()), StatMask.QUIET)
                        .node()
                        .ino()
                        .value()
                & ((1L << 56) - 1);
        try (PollNode state = (PollNode) tree.open(walk("by-id/" + id + "/state"))) {
            CountDownLatch told = new CountDownLatch(1);
            assertThat(state.poll(told::countDown)).isZero();

            process.destroyForcibly();

            assertThat(told.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
            process.waitFor();
            while ((state.poll(null) & PollNode.HANG_UP) == 0) {
                Thread.sleep(1);
            }
            assertThat(state.poll(null)).isEqualTo(PollNode.READABLE | PollNode.HANG_UP);
            assertThat(read("by-id/" + id + "/exit")).isEqualTo("killed 9\n");
        }
    }

    @Test
    void events_tellOfHeldProcesses() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        CountDownLatch readable = new CountDownLatch(1);
        try (PollNode events = (PollNode) tree.open(walk("events"));
                OpenNode _ = tree.open(walk(process() + "/pin"));
                AutoCloseable _ = tree.onExit(ended -> {
                    heard.add("%d %d %d".formatted(ended.pidfsId(), ended.pid(), ended.waitStatus()));
                    heard.add("%d %d %b".formatted(ended.uid(), ended.gid(), ended.cgroup() >= 0));
                })) {
            assertFails(Errno.EAGAIN, () -> read(events));
            assertThat(events.poll(readable::countDown)).isZero();

            end();

            assertThat(readable.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(read(events)).isEqualTo("exit\t%d\t%d\texited 42\n".formatted(number, child.pid()));
            assertThat(heard.poll(SOON_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("%d %d %d".formatted(number, child.pid(), 42 << 8));
            assertThat(heard.poll(SOON_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("%s %s true"
                            .formatted(
                                    Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
                                    Files.getAttribute(Path.of("/proc/self"), "unix:gid")));
        }
    }

    @Test
    void signal_isSentToThatProcess() throws Exception {
        try (OpenNode exit = tree.open(walk(process() + "/exit"))) {
            assertFails(Errno.EINVAL, () -> write(process() + "/signal", "NONSENSE"));
            assertFails(Errno.EINVAL, () -> write(process() + "/signal", "x".repeat(100)));
            assertFails(Errno.EPERM, () -> write(process() + "/info", "TERM"));
            write(process() + "/signal", "0\n");
            assertThat(child.exit()).isNotDone();

            write(process() + "/signal", "SIGKILL\n");

            child.exit().get(SOON_SECONDS, TimeUnit.SECONDS);
            assertThat(read(exit)).isEqualTo("killed 9\n");
            assertFails(Errno.ESRCH, () -> write(process() + "/signal", "TERM"));
        }
    }

    @Test
    void signal_toAGroup_reachesItsMembers() throws Exception {
        Child leader = Spawn.named("sh", "-c", "sleep 1000 & wait")
                .grouping(Grouping.SESSION)
                .start();
        try (leader) {
            long id = number(leader);
            write("by-id/" + id + "/signal", "group:KILL");
            assertThat(leader.exit().get(SOON_SECONDS, TimeUnit.SECONDS).shellCode())
                    .isEqualTo(128 + 9);
        }
    }

    @Test
    void owners_areThoseOfTheKernel() throws Exception {
        Process nobody = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sleep", "1000")
                .start();
        try {
            String path = "by-id/"
                    + (tree.stat(walk("by-pid/" + nobody.pid()), StatMask.QUIET)
                                    .node()
                                    .ino()
                                    .value()
                            & ((1L << 56) - 1));
            while (!read(path + "/comm").equals("sleep\n")) {
                Thread.sleep(1);
            }
            Stat signal = tree.stat(walk(path + "/signal"), StatMask.QUIET);
            assertThat(signal.uid()).isEqualTo(65534);
            assertThat(signal.permissions()).isEqualTo(0200);
            assertThat(tree.stat(walk(path + "/ns"), StatMask.QUIET).permissions())
                    .isEqualTo(0500);
        } finally {
            nobody.destroyForcibly();
        }
    }

    @Test
    void signal_afterTheProcessChangedHands_isRefused() throws Exception {
        // Opened as root's; by the time of the write it is somebody else's.
        Child changing = Spawn.named(
                        "sh", "-c", "read line; exec setpriv --reuid=65534 --regid=65534 --clear-groups sleep 1000")
                .stdin(new Redirect.Pipe())
                .start();
        try (changing) {
            long id = number(changing);
            try (OpenNode signal = tree.open(walk("by-id/" + id + "/signal"));
                    Arena arena = Arena.ofConfined()) {
                changing.stdin().close();
                while (!read("by-id/" + id + "/comm").equals("sleep\n")) {
                    Thread.sleep(1);
                }
                MemorySegment text = arena.allocateFrom("0").asSlice(0, 1);
                assertFails(Errno.EPERM, () -> tree.write(signal, 0, text, WriteOptions.PLAIN));
            }
            changing.signal(Signal.KILL);
        }
    }

    @Test
    void namespaces_haveTheTextOfProc() throws Exception {
        for (String name : names(process() + "/ns")) {
            String expected = Files.readSymbolicLink(Path.of("/proc/" + child.pid() + "/ns/" + name))
                    .toString();
            assertThat(new String(tree.readlink(walk(process() + "/ns/" + name)), UTF_8))
                    .as(name)
                    .isEqualTo(expected);
        }
        assertThat(names(process() + "/ns")).contains("mnt", "net", "pid", "user", "uts", "ipc", "cgroup");
    }

    @Test
    void threads_haveFilesOfTheirOwn() {
        long self = ((PidfdId.Inode) self()).inode();
        Set<String> threads = names("by-id/" + self + "/task");
        assertThat(threads).hasSizeGreaterThan(3).contains(Long.toString(self));
        long other = threads.stream()
                .mapToLong(Long::parseLong)
                .filter(thread -> thread != self)
                .min()
                .orElseThrow();

        String path = "by-id/" + self + "/task/" + other;

        assertThat(read(path + "/info"))
                .contains(
                        "id\t" + other + "\n",
                        "tgid\t" + ProcessHandle.current().pid() + "\n")
                .doesNotContain("\npid\t" + ProcessHandle.current().pid() + "\n");
        assertThat(names(path)).contains("info", "ns", "signal").doesNotContain("task");
        assertThat(tree.parent(walk(path))).isEqualTo(walk("by-id/" + self + "/task"));
        // A thread is no process, and a process no thread of another.
        assertThat(tree.find(walk("by-id"), Name.of("" + other), StatMask.QUIET))
                .isNull();
        assertThat(tree.find(walk("by-id/" + self + "/task"), Name.of("" + number), StatMask.QUIET))
                .isNull();
    }

    private static PidfdId self() {
        try (Pidfd self = Pidfd.self()) {
            return self.id();
        }
    }

    @Test
    void self_isWhoLooks() {
        Stat self =
                Objects.requireNonNull(tree.findFor((int) child.pid(), tree.root(), Name.of("self"), StatMask.QUIET));
        assertThat(self.type()).isEqualTo(FileType.SYMLINK);
        assertThat(new String(tree.readlink(self.node()), UTF_8)).isEqualTo("by-id/" + number);
        assertThat(tree.find(tree.root(), Name.of("self"), StatMask.QUIET)).isNull();
    }

    @Test
    void cgroup_holdsItsProcesses() {
        String group = read(process() + "/info")
                .lines()
                .filter(line -> line.startsWith("cgroupid\t"))
                .findFirst()
                .orElseThrow()
                .substring("cgroupid\t".length());
        assertThat(names("by-cgroup")).contains(group);
        assertThat(names("by-cgroup/" + group)).contains(Long.toString(number));
        assertThat(new String(tree.readlink(walk("by-cgroup/" + group + "/" + number)), UTF_8))
                .isEqualTo("../../by-id/" + number);
    }

    @Test
    void xattrs_areTheTreesAndTheKernels() {
        NodeId node = walk(process());
        assertThat(tree.xattr(node, XattrName.parse("user.pidfs.id"))).isEqualTo(("" + number).getBytes(UTF_8));
        assertThat(tree.xattr(node, XattrName.parse("user.pidfs.tgid"))).isEqualTo(("" + child.pid()).getBytes(UTF_8));
        assertThat(tree.xattr(tree.root(), XattrName.parse("user.pidfs.boot_id")))
                .hasSize(36);
        assertFails(
                Errno.EOPNOTSUPP,
                () -> tree.setXattr(node, XattrName.parse("user.x"), new byte[1], XattrMode.ANY, Guard.NONE));
        XattrName ours = XattrName.parse("trusted.ring3.owner");
        try (OpenNode _ = tree.open(node);
                Pidfd handle = child.handle()) {
            tree.setXattr(node, ours, "me".getBytes(UTF_8), XattrMode.CREATE, Guard.NONE);
            assertThat(handle.attributes().get("trusted.ring3.owner")).hasValue("me".getBytes(UTF_8));
            assertThat(tree.xattrs(node)).contains(ours);
            assertFails(Errno.EEXIST, () -> tree.setXattr(node, ours, new byte[1], XattrMode.CREATE, Guard.NONE));
            tree.removeXattr(node, ours, Guard.NONE);
            assertFails(Errno.ENODATA, () -> tree.removeXattr(node, ours, Guard.NONE));
        }
    }

    @Test
    void listing_inPieces_hasEachOnce() {
        List<String> pieces = new ArrayList<>();
        long[] after = {0};
        boolean[] more = {true};
        while (more[0]) {
            more[0] = false;
            tree.readDirectory(walk("by-pid"), after[0], (name, cookie, node, type) -> {
                assertThat(cookie).isGreaterThan(after[0]);
                after[0] = cookie;
                pieces.add(name.toString());
                more[0] = pieces.size() % 7 == 0;
                return !more[0];
            });
        }
        assertThat(pieces)
                .doesNotHaveDuplicates()
                .contains("" + child.pid(), "" + ProcessHandle.current().pid());
    }

    @Test
    void nothing_canBeMadeInIt() {
        NodeId node = walk(process());
        assertFails(
                Errno.EROFS,
                () -> tree.create(node, Name.of("x"), NewNode.of(FileType.REGULAR, 0644, 0, 0, 0), Guard.NONE));
        assertFails(Errno.EROFS, () -> tree.unlink(node, Name.of("info"), Guard.NONE));
        assertFails(Errno.ENOTDIR, () -> tree.find(walk(process() + "/info"), Name.of("x"), StatMask.QUIET));
        assertFails(Errno.EINVAL, () -> tree.readlink(node));
    }
}
