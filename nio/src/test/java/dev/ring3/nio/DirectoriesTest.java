package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Directory streams, secure ones among them, and watch services. */
@SuppressWarnings({"try", "StreamResourceLeak"}) // closes what a try would close later, to see what comes of it
final class DirectoriesTest {
    private Ring3FileSystem fileSystem;
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        fileSystem = Ring3FileSystems.inMemory();
        directory = Files.createDirectory(fileSystem.getPath("/d"));
    }

    @AfterEach
    void close() throws IOException {
        fileSystem.close();
    }

    @Test
    void stream_givesEveryEntryOnce_andOneIterator() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            Files.createFile(directory.resolve("e" + i));
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "e*[05]")) {
            List<Path> found = new ArrayList<>();
            stream.forEach(found::add);
            assertThat(found).hasSize(200).doesNotHaveDuplicates().contains(directory.resolve("e995"));
            assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void stream_thatIsClosed_endsAfterWhatItRead() throws IOException {
        Files.createFile(directory.resolve("a"));
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        Iterator<Path> entries = stream.iterator();
        stream.close();
        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
        DirectoryStream.Filter<Path> failing = _ -> {
            throw new IOException("the filter's");
        };
        try (DirectoryStream<Path> filtered = Files.newDirectoryStream(directory, failing)) {
            assertThatThrownBy(() -> filtered.iterator().hasNext())
                    .isInstanceOf(DirectoryIteratorException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> Files.newDirectoryStream(directory.resolve("a")))
                .isInstanceOf(NotDirectoryException.class);
    }

    /** What is done through a stream is done where its directory is now, whatever has its old name. */
    @Test
    void secureStream_staysWithItsDirectory() throws IOException {
        try (DirectoryStream<Path> plain = Files.newDirectoryStream(directory)) {
            SecureDirectoryStream<Path> stream = (SecureDirectoryStream<Path>) plain;
            Path moved = Files.move(directory, fileSystem.getPath("/moved"));
            Files.createSymbolicLink(directory, fileSystem.getPath("/"));
            Path name = fileSystem.getPath("f");
            Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (SeekableByteChannel channel = stream.newByteChannel(name, create)) {
                channel.write(ByteBuffer.wrap("text".getBytes(UTF_8)));
            }
            assertThat(Files.readString(moved.resolve("f"))).isEqualTo("text");
            BasicFileAttributeView view = stream.getFileAttributeView(name, BasicFileAttributeView.class);
            assertThat(view.readAttributes().size()).isEqualTo(4);
            assertThat(stream.getFileAttributeView(BasicFileAttributeView.class)
                            .readAttributes()
                            .isDirectory())
                    .isTrue();

            Files.createDirectory(moved.resolve("sub"));
            try (SecureDirectoryStream<Path> below = stream.newDirectoryStream(fileSystem.getPath("sub"))) {
                stream.move(name, below, fileSystem.getPath("g"));
                assertThat(Files.readString(moved.resolve("sub/g"))).isEqualTo("text");
                assertThatThrownBy(() -> stream.deleteDirectory(fileSystem.getPath("sub")))
                        .isInstanceOf(FileSystemException.class);
                assertThatThrownBy(() -> stream.deleteFile(fileSystem.getPath("sub")))
                        .isInstanceOf(FileSystemException.class);
                below.deleteFile(fileSystem.getPath("g"));
            }
            stream.deleteDirectory(fileSystem.getPath("sub"));
            assertThat(moved).isEmptyDirectory();
            stream.close();
            assertThatThrownBy(() -> stream.deleteFile(name)).isInstanceOf(ClosedDirectoryStreamException.class);
        }
    }

    @Test
    void watchService_tellsWhatHappens_withoutBeingAskedFirst() throws Exception {
        Path present = Files.createFile(directory.resolve("present"));
        try (WatchService service = fileSystem.newWatchService()) {
            WatchKey key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            Files.writeString(present, "text");
            Path made = Files.createFile(directory.resolve("made"));
            Files.setAttribute(made, "unix:mode", 0600);
            Files.move(made, fileSystem.getPath("/elsewhere"));
            Files.createFile(fileSystem.getPath("/not-here"));

            assertThat(service.take()).isSameAs(key);
            assertThat(service.poll()).as("a key waits once").isNull();
            assertThat(told(key))
                    .containsSubsequence(
                            "ENTRY_MODIFY present", "ENTRY_CREATE made", "ENTRY_MODIFY made", "ENTRY_DELETE made")
                    .noneMatch(event -> event.endsWith("not-here"));
            Files.delete(present);
            assertThat(service.poll()).as("before it is reset").isNull();
            assertThat(key.reset()).isTrue();
            assertThat(service.take()).isSameAs(key);
            assertThat(told(key)).contains("ENTRY_DELETE present");
            key.reset();

            Files.delete(directory);
            assertThat(service.take()).isSameAs(key);
            assertThat(key.reset()).isFalse();
            assertThat(key.isValid()).isFalse();
            service.close();
            assertThatThrownBy(service::poll).isInstanceOf(ClosedWatchServiceException.class);
        }
    }

    @Test
    void watchService_withTooMuchToTell_overflows() throws IOException {
        try (WatchService service = fileSystem.newWatchService()) {
            WatchKey key = directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            for (int i = 0; i < 600; i++) {
                Files.createFile(directory.resolve("e" + i));
            }
            List<WatchEvent<?>> events = key.pollEvents();
            assertThat(events).hasSize(1);
            assertThat(events.getFirst().kind()).isEqualTo(StandardWatchEventKinds.OVERFLOW);
            assertThat(events.getFirst().count()).isGreaterThan(1);
        }
    }

    private static List<String> told(WatchKey key) {
        return key.pollEvents().stream()
                .map(event -> event.kind().name() + " " + event.context())
                .toList();
    }

    @Test
    void userAttributes_areSetReadAndListed() throws IOException {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
        view.write("colour", ByteBuffer.wrap("blue".getBytes(UTF_8)));
        assertThat(view.list()).containsExactly("colour");
        assertThat(view.size("colour")).isEqualTo(4);
        assertThat((byte[]) Files.getAttribute(directory, "user:colour")).isEqualTo("blue".getBytes(UTF_8));
        assertThatThrownBy(() -> view.read("colour", ByteBuffer.allocate(3))).isInstanceOf(IOException.class);
        Files.setAttribute(directory, "user:shape", "round".getBytes(UTF_8));
        assertThat(Files.readAttributes(directory, "user:*")).containsOnlyKeys("colour", "shape");
        view.delete("colour");
        assertThatThrownBy(() -> view.size("colour")).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.readAttributes(directory, "nothing:*"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.readAttributes(directory, "posix:nothing"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
