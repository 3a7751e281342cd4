package dev.ring3.fs.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the namespace asks programs, at the point that it belongs to, before it has any effect. */
class HookCoverageTest {
    /** Methods that ask nobody, and why that is right. */
    private static final Map<String, String> EXEMPT = Map.ofEntries(
            Map.entry("Names.parent", "a number that the caller's directory already gives away; no name, no attribute"),
            Map.entry("Attributes.may", "judges permission and shows nothing else"),
            Map.entry("Attributes.space", "how much room there is, of the whole subvolume"),
            Map.entry("Attributes.handle", "another name for an inode that the caller has"),
            Map.entry("Attributes.nodeOf", "the inode of a handle that was given out; what is done with it asks"),
            Map.entry("Files.close", "gives something back"),
            Map.entry("Files.hold", "keeps what the caller has reached"),
            Map.entry("Files.poll", "whether a read would wait; shows nothing that it would read"),
            Map.entry("Files.readWaits", "likewise"),
            Map.entry("Files.sync", "makes durable what was asked about when it was written"),
            Map.entry("Files.syncMetadata", "likewise"),
            Map.entry("Files.syncAll", "likewise"));

    /** An operation that is tried, and what has to be asked about. */
    private record Trial(String method, Set<Operation> asked, Runnable run) {}

    private final Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    private final Vfs vfs = new Vfs(volume);
    private final Caller caller = Caller.local(Credentials.ROOT);
    private final SubvolumeAccess subvolumes = new SubvolumeAccess(vfs, volume.subvolumes());
    private final Recorder recorder = new Recorder();

    private NodeId root;
    private NodeId file;
    private NodeId link;
    private OpenFile open;
    private OpenFile target;
    private OpenFile directory;
    private SubvolumeId snapshot;

    /** Notes what is asked about, and refuses the rest once it is told to. */
    private static final class Recorder implements AccessHooks {
        private final List<Operation> asked = new ArrayList<>();
        private boolean refuses;

        @Override
        public boolean isAttached(HookPoint point) {
            return true;
        }

        @Override
        public void check(Request request) {
            asked.add(request.operation());
            assertThat(request.subvolume()).isNotNull();
            if (refuses) {
                throw new FsException(Errno.EACCES, "test", "refused");
            }
        }
    }

    @BeforeEach
    void fill() {
        root = vfs.root();
        file = make("file", FileType.REGULAR);
        NodeId other = make("other", FileType.REGULAR);
        link = vfs.names()
                .create(caller, root, Name.of("link"), NewNode.symlink(new byte[] {'x'}, 0, 0))
                .node()
                .node();
        make("empty", FileType.DIRECTORY);
        make("victim", FileType.REGULAR);
        open = vfs.files().open(caller, file, OpenHow.of(Use.BOTH));
        target = vfs.files().open(caller, other, OpenHow.of(Use.BOTH));
        directory = vfs.files().open(caller, root, OpenHow.of(Use.READ));
        vfs.files().write(caller, open, 0, MemorySegment.ofArray(new byte[8192]));
        vfs.attributes().setXattr(caller, file, XattrName.parse("user.a"), new byte[1], XattrMode.ANY);
        snapshot = subvolumes.snapshot(caller, SubvolumeId.FIRST, Name.of("s"), false);
        vfs.setHooks(recorder);
    }

    private NodeId make(String name, FileType type) {
        return vfs.names()
                .create(caller, root, Name.of(name), NewNode.of(type, 0755, 0, 0, 0))
                .node()
                .node();
    }

    @AfterEach
    void close() {
        vfs.setHooks(null);
        List.of(open, target, directory).forEach(vfs.files()::close);
        volume.close();
    }

    private List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        Names names = vfs.names();
        add(trials, "Names.find", () -> names.find(caller, root, Name.of("file"), 0), Operation.LOOKUP);
        add(trials, "Names.lookup", () -> names.lookup(caller, root, Name.of("file"), 0), Operation.LOOKUP);
        add(trials, "Names.create", () -> make("new", FileType.REGULAR), Operation.CREATE);
        add(trials, "Names.create", () -> make("new directory", FileType.DIRECTORY), Operation.MKDIR);
        add(trials, "Names.create", () -> make("new fifo", FileType.FIFO), Operation.MKNOD);
        add(
                trials,
                "Names.create",
                () -> names.create(caller, root, Name.of("new link"), NewNode.symlink(new byte[] {'x'}, 0, 0)),
                Operation.SYMLINK);
        add(trials, "Names.link", () -> names.link(caller, file, root, Name.of("hard")), Operation.LINK);
        add(trials, "Names.unlink", () -> names.unlink(caller, root, Name.of("victim")), Operation.UNLINK);
        add(trials, "Names.rmdir", () -> names.rmdir(caller, root, Name.of("empty")), Operation.RMDIR);
        add(trials, "Names.rename", () -> rename("link", "moved", RenameMode.REPLACE), Operation.RENAME);
        add(trials, "Names.rename", () -> rename("file", "other", RenameMode.EXCHANGE), Operation.EXCHANGE);
        add(trials, "Names.readlink", () -> names.readlink(caller, link), Operation.READLINK);
        addAttributes(trials);
        addFiles(trials);
        addSubvolumes(trials);
        return trials;
    }

    private void rename(String from, String to, RenameMode mode) {
        vfs.names().rename(caller, root, Name.of(from), root, Name.of(to), mode);
    }

    private void addAttributes(List<Trial> trials) {
        Attributes attributes = vfs.attributes();
        XattrName name = XattrName.parse("user.a");
        add(trials, "Attributes.stat", () -> attributes.stat(caller, file, StatMask.QUIET), Operation.STAT);
        add(
                trials,
                "Attributes.set",
                () -> attributes.set(caller, file, AttrChange.NONE.withPermissions(0600), null),
                Operation.SETATTR);
        add(
                trials,
                "Attributes.set",
                () -> attributes.set(caller, file, AttrChange.NONE.withSize(5), null),
                Operation.TRUNCATE);
        add(trials, "Attributes.xattr", () -> attributes.xattr(caller, file, name), Operation.GETXATTR);
        add(trials, "Attributes.xattrs", () -> attributes.xattrs(caller, file), Operation.LISTXATTR);
        add(
                trials,
                "Attributes.setXattr",
                () -> attributes.setXattr(caller, file, name, new byte[2], XattrMode.ANY),
                Operation.SETXATTR);
        add(trials, "Attributes.removeXattr", () -> attributes.removeXattr(caller, file, name), Operation.REMOVEXATTR);
        add(trials, "Attributes.accessAcl", () -> attributes.accessAcl(caller, file), Operation.GETXATTR);
        add(trials, "Attributes.defaultAcl", () -> attributes.defaultAcl(caller, root), Operation.GETXATTR);
        add(trials, "Attributes.setAccessAcl", () -> attributes.setAccessAcl(caller, file, null), Operation.SETACL);
        add(trials, "Attributes.setDefaultAcl", () -> attributes.setDefaultAcl(caller, root, null), Operation.SETACL);
    }

    private void addFiles(List<Trial> trials) {
        Files files = vfs.files();
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        OpenHow read = OpenHow.of(Use.READ);
        add(trials, "Files.open", () -> files.close(files.open(caller, file, read)), Operation.OPEN);
        add(
                trials,
                "Files.open",
                () -> files.close(files.open(caller, file, OpenHow.of(Use.WRITE, OpenOption.TRUNCATE))),
                Operation.OPEN,
                Operation.TRUNCATE);
        add(
                trials,
                "Files.open",
                () -> files.close(files.open(caller, root, Name.of("file"), read, shape, false)
                        .file()),
                Operation.LOOKUP,
                Operation.OPEN);
        add(
                trials,
                "Files.open",
                () -> files.close(files.open(caller, root, Name.of("by name"), read, shape, true)
                        .file()),
                Operation.LOOKUP,
                Operation.CREATE);
        add(trials, "Files.reopen", () -> files.reopen(caller, open, read), Operation.OPEN);
        add(
                trials,
                "Files.openNameless",
                () -> files.close(files.openNameless(caller, root, read, shape)),
                Operation.CREATE);
        addContent(trials);
    }

    private void addContent(List<Trial> trials) {
        Files files = vfs.files();
        MemorySegment memory = MemorySegment.ofArray(new byte[10]);
        add(
                trials,
                "Files.readDirectory",
                () -> files.readDirectory(caller, directory, 0, (_, _, _, _) -> true),
                Operation.READDIR);
        add(trials, "Files.read", () -> files.read(caller, open, 0, memory), Operation.READ);
        add(trials, "Files.view", () -> files.view(caller, open, 0, memory).close(), Operation.READ);
        add(trials, "Files.write", () -> files.write(caller, open, 0, memory), Operation.WRITE);
        add(
                trials,
                "Files.allocate",
                () -> files.allocate(caller, open, AllocateMode.ALLOCATE, 0, 100),
                Operation.ALLOCATE);
        add(trials, "Files.seekData", () -> files.seekData(caller, open, 0), Operation.SEEK);
        add(trials, "Files.seekHole", () -> files.seekHole(caller, open, 0), Operation.SEEK);
        add(
                trials,
                "Files.cloneRange",
                () -> {
                    files.write(caller, open, 0, MemorySegment.ofArray(new byte[8192]));
                    files.cloneRange(caller, open, 0, target, 0, 4096);
                },
                Operation.CLONE_SOURCE,
                Operation.CLONE_TARGET);
        add(
                trials,
                "Files.copyRange",
                () -> files.copyRange(caller, open, 0, target, 0, 4096),
                Operation.COPY_SOURCE,
                Operation.COPY_TARGET);
    }

    private void addSubvolumes(List<Trial> trials) {
        SubvolumeId first = SubvolumeId.FIRST;
        NewNode shape = NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0);
        String type = "SubvolumeAccess.";
        add(
                trials,
                type + "create",
                () -> subvolumes.create(caller, root, Name.of("sub"), shape, (_, _) -> {}),
                Operation.SUBVOLUME_CREATE);
        add(
                trials,
                type + "snapshot",
                () -> subvolumes.snapshot(caller, first, Name.of("t"), true),
                Operation.SNAPSHOT_CREATE);
        add(
                trials,
                type + "rollback",
                () -> subvolumes.rollback(caller, first, snapshot, Optional.empty()),
                Operation.ROLLBACK);
        add(
                trials,
                type + "rename",
                () -> subvolumes.rename(caller, snapshot, Name.of("u")),
                Operation.SUBVOLUME_CHANGE);
        add(trials, type + "setDefault", () -> subvolumes.setDefault(caller, first), Operation.SUBVOLUME_CHANGE);
        add(trials, type + "setQuota", () -> subvolumes.setQuota(caller, first, -1, -1), Operation.SUBVOLUME_CHANGE);
        add(trials, type + "hold", () -> subvolumes.hold(caller, snapshot), Operation.SUBVOLUME_CHANGE);
        add(trials, type + "release", () -> subvolumes.release(caller, snapshot), Operation.SUBVOLUME_CHANGE);
        add(trials, type + "difference", () -> subvolumes.difference(caller, snapshot, first, _ -> {}), Operation.SEND);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        SubvolumeId sent = volume.subvolumes().snapshot(first, Name.of("sent"), true);
        volume.subvolumes().send(SendRequest.of(sent), stream);
        add(
                trials,
                type + "send",
                () -> subvolumes.send(caller, SendRequest.of(sent), OutputStream.nullOutputStream()),
                Operation.SEND);
        add(
                trials,
                type + "receive",
                () -> subvolumes.receive(
                        caller,
                        root,
                        Name.of("received"),
                        (_, _) -> {},
                        new ByteArrayInputStream(stream.toByteArray())),
                Operation.RECEIVE);
        add(
                trials,
                type + "snapshotTree",
                () -> subvolumes.snapshotTree(caller, first, Name.of("tree"), true),
                Operation.SNAPSHOT_CREATE);
        add(
                trials,
                type + "setCompression",
                () -> subvolumes.setCompression(caller, first, CompressionMode.NONE),
                Operation.SUBVOLUME_CHANGE);
        add(trials, type + "setReadOnly", () -> subvolumes.setReadOnly(caller, sent, true), Operation.SUBVOLUME_CHANGE);
        add(trials, type + "delete", () -> subvolumes.delete(caller, snapshot), Operation.SNAPSHOT_DELETE);
    }

    private static void add(List<Trial> trials, String method, Runnable run, Operation first, Operation... others) {
        trials.add(new Trial(method, EnumSet.of(first, others), run));
    }

    @Test
    void operations_ofTheNamespace_eachAsksAtItsPoint() {
        Set<Operation> seen = EnumSet.noneOf(Operation.class);
        Map<String, Set<Operation>> wrong = new LinkedHashMap<>();
        for (Trial trial : trials()) {
            recorder.asked.clear();
            trial.run.run();
            if (!recorder.asked.containsAll(trial.asked)) {
                wrong.put(trial.method, Set.copyOf(recorder.asked));
            }
            seen.addAll(recorder.asked);
        }
        assertThat(wrong).isEmpty();
        assertThat(EnumSet.complementOf(EnumSet.copyOf(seen))).containsExactly(Operation.SUBVOLUME_DELETE);
    }

    @Test
    void delete_ofASubvolumeThatIsNoSnapshot_isAnOperationOfItsOwn() {
        NewNode shape = NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0);
        SubvolumeId made = subvolumes.create(caller, root, Name.of("sub"), shape, (_, _) -> {});
        recorder.asked.clear();

        subvolumes.delete(caller, made);

        assertThat(recorder.asked).containsExactly(Operation.SUBVOLUME_DELETE);
    }

    /** What asks at two places is refused at the first. */
    @Test
    void operations_refused_haveNoEffect() {
        List<Trial> trials = trials();
        long before = volume.subvolumes().list().size();
        recorder.refuses = true;
        for (Trial trial : trials) {
            assertThatThrownBy(trial.run::run)
                    .as(trial.method)
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
        }
        vfs.setHooks(null);
        List<String> present = new ArrayList<>();
        vfs.files().readDirectory(caller, directory, 0, (name, _, _, _) -> present.add(name.toString()));
        assertThat(present).containsExactlyInAnyOrder("file", "other", "link", "empty", "victim");
        assertThat(vfs.stat(file).sizeBytes()).isEqualTo(8192);
        assertThat(vfs.stat(file).permissions()).isEqualTo(0755);
        assertThat(volume.subvolumes().list()).hasSize((int) before);
    }

    static Stream<Class<?>> types() {
        return Stream.of(Names.class, Attributes.class, Files.class, SubvolumeAccess.class);
    }

    /** A method that is new is tried here, or has its reason. */
    @ParameterizedTest
    @MethodSource("types")
    void methods_ofTheNamespace_areAllTried(Class<?> type) {
        Set<String> tried = new TreeSet<>(EXEMPT.keySet());
        trials().forEach(trial -> tried.add(trial.method));
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                assertThat(tried).contains(type.getSimpleName() + "." + method.getName());
            }
        }
    }
}
