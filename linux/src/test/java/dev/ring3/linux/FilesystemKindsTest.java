package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.LoopFilesystem.Command;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of filesystems, asked of real ones, freshly made, and compared with what their own tools say. */
class FilesystemKindsTest {
    private static final String UUID_TEXT = "6f1c1c9a-5b6d-4f2e-9a57-0123456789ab";

    @TempDir
    private Path scratch;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    private LoopFilesystem make(String type) throws IOException {
        return switch (type) {
            case "xfs" -> LoopFilesystem.make(scratch, type, "-m", "uuid=" + UUID_TEXT);
            default -> LoopFilesystem.make(scratch, type, "-U", UUID_TEXT);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void names_areThoseItWasMadeWith(String type) throws IOException {
        try (LoopFilesystem made = make(type)) {
            assertThat(FileSystems.uuid(made.folder())).contains(UUID.fromString(UUID_TEXT));
            assertThat(FileSystems.type(made.folder())).contains(type);
            FileSystems.sysfsPath(made.folder())
                    .ifPresent(path -> assertThat(Path.of("/sys/fs", path)).isDirectory());
            assertThat(KernelFilesystem.at(made.folder()).identity()).contains(UUID.fromString(UUID_TEXT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void handle_afterRename_opensTheFileAndIsStaleAfterDelete(String type) throws IOException {
        try (LoopFilesystem made = make(type);
                RawFile mount = RawFile.open(made.folder(), Access.READ, OpenFlag.DIRECTORY)) {
            Path file = Files.writeString(made.folder().resolve("file"), "hello");
            FileHandle handle = FileHandle.of(file);
            Path moved = Files.move(file, made.folder().resolve("moved"));

            FileHandle stored = FileHandle.of(handle.type(), handle.bytes());
            assertThat(stored).isEqualTo(handle).isEqualTo(FileHandle.of(moved));
            try (RawFile opened = stored.open(mount, Access.READ)) {
                assertThat(opened.sizeBytes()).isEqualTo(5);
                assertThat(FileHandle.of(opened)).isEqualTo(handle);
            }
            if (handle.uniqueMountId().isPresent()) {
                assertThat(Mounts.find(handle.uniqueMountId().getAsLong()).flatMap(Mount::point))
                        .contains(made.folder().toRealPath().toString());
            }
            Optional<Integer> generation = FileSystems.generation(moved);
            Files.delete(moved);
            RealKernel.assertFails(
                    Errno.ESTALE, () -> stored.open(mount, Access.READ).close());
            assertThat(generation).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void attributes_set_areReadBothWays(String type) throws IOException {
        SystemCalls host = HostSystemCalls.get();
        SystemCalls old = (scratch, call, arguments) -> switch (call) {
            case FILE_GETATTR, FILE_SETATTR -> -Errno.ENOSYS.number();
            default -> host.call(scratch, call, arguments);
        };
        try (LoopFilesystem made = make(type)) {
            Path file = Files.writeString(made.folder().resolve("file"), "hello");
            FileAttrs before = FileAttrs.of(file).orElseThrow();
            assertThat(before.flags()).doesNotContain(FileFlag.NO_DUMP);

            Set<FileFlag> flags = EnumSet.of(FileFlag.NO_DUMP, FileFlag.NO_ACCESS_TIME);
            before.withFlags(flags).applyTo(file);
            assertThat(FileAttrs.of(file).orElseThrow().flags()).containsAll(flags);
            assertThat(FileAttrs.of(old, file)).isEqualTo(FileAttrs.of(file));
            before.applyTo(old, file);
            assertThat(FileAttrs.of(file)).contains(before);
        }
    }

    @Test
    void attributes_whereThereAreNone_areEmpty() {
        assertThat(FileAttrs.of(Path.of("/proc/self/status"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xfs", "btrfs"})
    void clone_ofAFile_sharesAndIsIndependent(String type) throws IOException {
        try (LoopFilesystem made = make(type);
                Arena arena = Arena.ofConfined();
                RawFile source = create(made.folder().resolve("source"));
                RawFile target = create(made.folder().resolve("target"))) {
            MemorySegment data = arena.allocate(1 << 20).fill((byte) 7);
            source.writeFully(data, 0);
            target.cloneOf(source);
            target.cloneRangeOf(source, 0, 1 << 20, 1 << 19);
            assertThat(target.sizeBytes()).isEqualTo((1 << 20) + (1 << 19));

            source.writeFully(data.asSlice(0, 4096).fill((byte) 8), 0);
            MemorySegment read = arena.allocate(4096);
            target.readFully(read, 0);
            assertThat(read.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
        }
    }

    @Test
    void clone_onExt4_isRefused() throws IOException {
        try (LoopFilesystem made = make("ext4");
                RawFile source = create(made.folder().resolve("source"));
                RawFile target = create(made.folder().resolve("target"))) {
            RealKernel.assertFails(Errno.EOPNOTSUPP, () -> target.cloneOf(source));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void promise_onThisKernel_isTheSameForAll(String type) throws IOException {
        try (LoopFilesystem made = make(type)) {
            assertThat(ChangeStamp.promiseOf(made.folder())).isEqualTo(ChangeStamp.promiseOf(scratch));
        }
    }

    @Test
    void subvolumes_listed_areThoseThatBtrfsLists() throws IOException {
        assumeTrue(Command.tryRun("btrfs", "--version").isEmpty(), "needs the program btrfs");
        try (LoopFilesystem made = make("btrfs")) {
            String top = made.folder().toString();
            Files.createDirectories(made.folder().resolve("a/b"));
            Command.run("btrfs", "subvolume", "create", top + "/one");
            Command.run("btrfs", "subvolume", "create", top + "/a/b/two");
            Command.run("btrfs", "subvolume", "create", top + "/a/b/two/three");
            Command.run("btrfs", "subvolume", "snapshot", "-r", top + "/one", top + "/a/snap");
            for (int i = 0; i < 300; i++) { // more than one answer of the kernel holds
                Command.run("btrfs", "subvolume", "create", top + "/a/many" + i);
            }
            Command.run("btrfs", "subvolume", "delete", top + "/a/many7");
            Command.run("sync");

            List<Subvolume> all = Btrfs.subvolumes(made.folder());
            assertThat(all.stream().map(FilesystemKindsTest::line).toList())
                    .containsExactlyElementsOf(Command.run("btrfs", "subvolume", "list", "-puq", top).stream()
                            .map(line -> Pattern.compile(" +").matcher(line).replaceAll(" "))
                            .toList());
            Subvolume snapshot = byPath(all, "a/snap");
            assertThat(snapshot.isReadOnly()).isTrue();
            assertThat(snapshot.sourceUuid())
                    .isEqualTo(byPath(all, "one").uuid())
                    .isPresent();
            assertThat(byPath(all, "one").isSnapshot()).isFalse();
            assertThat(snapshot.created()).isPresent();

            Subvolume asked = Btrfs.subvolumeOf(made.folder().resolve("a/b/two/three"));
            Subvolume listed = byPath(all, "a/b/two/three");
            assertThat(asked).usingRecursiveComparison().ignoringFields("path").isEqualTo(listed);
            assertThat(Statx.of(made.folder().resolve("one"), StatxField.SUBVOLUME)
                            .subvolume())
                    .hasValue(byPath(all, "one").id());
            assertThat(Btrfs.subvolumeOf(made.folder()).parentId()).isEmpty();
        }
    }

    private static String line(Subvolume one) {
        return "ID %d gen %d parent %d top level %d parent_uuid %s uuid %s path %s"
                .formatted(
                        one.id(),
                        one.generation().orElseThrow(),
                        one.parentId().orElseThrow(),
                        one.parentId().orElseThrow(),
                        one.sourceUuid().map(UUID::toString).orElse("-"),
                        one.uuid().map(UUID::toString).orElse("-"),
                        one.path().orElseThrow());
    }

    private static Subvolume byPath(List<Subvolume> all, String path) {
        return all.stream()
                .filter(one -> one.path().equals(Optional.of(path)))
                .findFirst()
                .orElseThrow();
    }

    private static RawFile create(Path path) {
        return RawFile.open(path, Access.READ_WRITE, OpenFlag.CREATE);
    }
}
