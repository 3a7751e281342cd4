package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.vfs.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, closing, names, options, snapshots. */
final class Ring3FileSystemTest {
    @TempDir
    private Path host;

    @Test
    void uri_opensFindsAndForgets() throws IOException {
        URI uri = URI.create("ring3://named");
        try (FileSystem made = FileSystems.newFileSystem(uri, Map.of("umask", "077"))) {
            assertThat(FileSystems.getFileSystem(uri)).isSameAs(made);
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
            Path file = made.getPath("/a b/%é\udc80");
            Files.createDirectory(made.getPath("/a b"));
            Files.writeString(file, "x");
            assertThat(file.toUri().toString()).isEqualTo("ring3://named/a%20b/%25%C3%A9%80");
            assertThat(Path.of(file.toUri())).isEqualTo(file);
            assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
        }
        assertThatThrownBy(() -> FileSystems.getFileSystem(uri)).isInstanceOf(FileSystemNotFoundException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("nothing", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("ring3:opaque"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_ofAnyBytes_haveATextAndComeBack() throws IOException {
        try (FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path odd = fileSystem.getPath("/caf\udce9 \u20ac\ud83d\ude00");
            Files.createFile(odd);
            try (Stream<Path> entries = Files.list(fileSystem.getPath("/"))) {
                assertThat(entries).containsExactly(odd);
            }
            assertThat(((Ring3Path) odd).bytes()).startsWith('/', 'c', 'a', 'f', 0xe9);
            assertThatThrownBy(() -> fileSystem.getPath("a\0b")).isInstanceOf(InvalidPathException.class);
            assertThatThrownBy(() -> fileSystem.getPath("a\ud800")).isInstanceOf(InvalidPathException.class);
        }
    }

    @Test
    void close_endsWhatIsOpen() throws IOException {
        FileSystem fileSystem = Ring3FileSystems.inMemory();
        Path file = fileSystem.getPath("/f");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        fileSystem.close();
        fileSystem.close();
        assertThat(fileSystem.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> Files.createFile(fileSystem.getPath("/g")))
                .isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> Files.readAttributes(file, "*")).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(fileSystem::newWatchService).isInstanceOf(ClosedFileSystemException.class);
    }

    @Test
    void dataDirectory_keepsWhatWasWritten_andIsOnesAtATime() throws IOException {
        Path data = host.resolve("data");
        try (FileSystem fileSystem = Ring3FileSystems.open(data)) {
            Files.writeString(fileSystem.getPath("/kept"), "text");
            assertThatThrownBy(() -> Ring3FileSystems.open(data)).isInstanceOf(IOException.class);
        }
        try (FileSystem fileSystem = FileSystems.newFileSystem(data)) {
            assertThat(Files.readString(fileSystem.getPath("/kept"))).isEqualTo("text");
        }
    }

    @Test
    void readOnly_refusesEveryChange() throws IOException {
        Path data = host.resolve("data");
        try (FileSystem fileSystem = Ring3FileSystems.open(data)) {
            Files.writeString(fileSystem.getPath("/f"), "text");
        }
        try (FileSystem fileSystem =
                Ring3FileSystems.open(data, Ring3Options.defaults().withReadOnly())) {
            Path file = fileSystem.getPath("/f");
            assertThat(fileSystem.isReadOnly()).isTrue();
            assertThat(Files.readString(file)).isEqualTo("text");
            assertThat(Files.isWritable(file)).isFalse();
            assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.writeString(file, "x")).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.createDirectory(fileSystem.getPath("/d")))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
        }
    }

    @Test
    void credentials_areWhomTheProgramActsAs() throws IOException {
        Ring3Options bob = Ring3Options.defaults().withCredentials(Credentials.of(1001, 1002));
        try (FileSystem fileSystem = Ring3FileSystems.inMemory(bob)) {
            assertThatThrownBy(() -> Files.createFile(fileSystem.getPath("/f")))
                    .isInstanceOf(AccessDeniedException.class);
            assertThat(Files.isWritable(fileSystem.getPath("/"))).isFalse();
        }
    }

    @Test
    void snapshots_areFoundByPath_andRolledBackTo() throws IOException {
        try (Ring3FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path work = fileSystem.createSubvolume(fileSystem.getPath("/jobs"));
            Path file = Files.writeString(work.resolve("f"), "before");
            Path monday = fileSystem.snapshot(file, "monday");
            assertThat(monday.toString()).isEqualTo("/jobs/.snapshots/monday");
            Files.writeString(file, "after");
            assertThat(Files.readString(monday.resolve("f"))).isEqualTo("before");
            assertThatThrownBy(() -> Files.writeString(monday.resolve("f"), "x", StandardOpenOption.WRITE))
                    .isExactlyInstanceOf(FileSystemException.class);
            try (Stream<Path> entries = Files.list(work)) {
                assertThat(entries).containsExactly(file);
            }
            assertThat(monday.resolve("f").toRealPath()).isEqualTo(monday.resolve("f"));

            fileSystem.rollback(work, monday, Optional.of("kept"));
            assertThat(Files.readString(file)).isEqualTo("before");
            assertThat(Files.readString(work.resolve(".snapshots/kept/f"))).isEqualTo("after");
            fileSystem.deleteSubvolume(work.resolve(".snapshots/kept"));
            assertThat(work.resolve(".snapshots/kept")).doesNotExist();
            assertThatThrownBy(() -> fileSystem.deleteSubvolume(work.resolve("f")))
                    .isInstanceOf(FileSystemException.class);

            Path writable = fileSystem.writableSnapshot(work, "branch");
            Files.writeString(writable.resolve("f"), "branched");
            assertThat(Files.readString(file)).isEqualTo("before");
        }
    }

    @Test
    void ring3Attributes_tellSubvolumeAndChange() throws IOException {
        try (Ring3FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path work = fileSystem.createSubvolume(fileSystem.getPath("/jobs"));
            Path file = Files.createFile(work.resolve("f"));
            Ring3FileAttributes before = Files.readAttributes(file, Ring3FileAttributes.class);
            Files.writeString(file, "x");
            Ring3FileAttributes after = Files.readAttributes(file, Ring3FileAttributes.class);
            assertThat(after.change()).isGreaterThan(before.change());
            assertThat(after.ino()).isEqualTo(before.ino());
            assertThat(after.subvolume()).isNotEqualTo(1);
            assertThat(Files.getAttribute(work, "ring3:isSubvolumeRoot")).isEqualTo(true);
            assertThat(after.handle()).isEqualTo(before.handle());
            Files.setAttribute(file, "ring3:isImmutable", true);
            assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(FileSystemException.class);
            Files.setAttribute(file, "ring3:isImmutable", false);
            Files.delete(file);
        }
    }

    @Test
    void trees_areCopiedFromAndToOtherProviders() throws IOException {
        try (FileSystem fileSystem = Ring3FileSystems.inMemory();
                FileSystem second = Ring3FileSystems.inMemory()) {
            Path there = Files.write(host.resolve("there"), "content".getBytes(UTF_8));
            Path here = Files.copy(there, fileSystem.getPath("/here"));
            assertThat(Files.readString(here)).isEqualTo("content");
            Path back = Files.move(here, host.resolve("back"));
            assertThat(Files.readString(back)).isEqualTo("content");
            assertThat(here).doesNotExist();
            Path moved = Files.move(back, fileSystem.getPath("/moved"));
            Path other = Files.move(moved, second.getPath("/other"));
            assertThat(Files.readString(other)).isEqualTo("content");
            assertThat(moved).doesNotExist();
            assertThatThrownBy(() -> other.resolve(host)).isInstanceOf(ProviderMismatchException.class);
        }
    }
}
