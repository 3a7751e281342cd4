package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FileView;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.WriteOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read where it lies is what is read. */
class FileViewTest {
    private static final int BYTES = 1_000_003;

    private final byte[] content = new byte[BYTES];
    private Volume volume;
    private OpenNode file;

    @BeforeEach
    void write() {
        new Random(7).nextBytes(content);
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        NodeId node = volume.create(volume.root(), Name.of("f"), shape, Guard.NONE)
                .node()
                .node();
        file = volume.open(node);
        volume.write(file, 0, MemorySegment.ofArray(content), WriteOptions.PLAIN);
    }

    @AfterEach
    void close() {
        file.close();
        volume.close();
    }

    private static byte[] bytes(FileView view) {
        byte[] all = new byte[Math.toIntExact(view.lengthBytes())];
        int at = 0;
        for (MemorySegment segment : view.segments()) {
            byte[] piece = segment.toArray(ValueLayout.JAVA_BYTE);
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    private FileView view(long offset, long length) {
        return Objects.requireNonNull(volume.view(file, offset, length));
    }

    @Test
    void view_showsWhatIsThere_toTheEndOfTheFile() {
        Random random = new Random(8);
        for (int i = 0; i < 100; i++) {
            int offset = random.nextInt(BYTES);
            int length = 1 + random.nextInt(BYTES);
            try (FileView view = view(offset, length)) {
                assertThat(bytes(view))
                        .as("%d bytes at %d", length, offset)
                        .isEqualTo(Arrays.copyOfRange(content, offset, Math.min(BYTES, offset + length)));
                assertThat(view.segments()).allMatch(MemorySegment::isReadOnly);
            }
        }
        assertThat(volume.view(file, BYTES, 10)).isNull();
    }

    @Test
    void view_staysAsItWas_whenTheFileIsCut_andAnotherTakesItsPlace() {
        try (FileView view = view(0, 100_000)) {
            volume.setAttributes(file.node(), AttrChange.NONE.withSize(0L), Guard.NONE);
            NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
            for (int i = 0; i < 20; i++) {
                NodeId other = volume.create(volume.root(), Name.of("other" + i), shape, Guard.NONE)
                        .node()
                        .node();
                try (OpenNode open = volume.open(other)) {
                    volume.write(open, 0, MemorySegment.ofArray(new byte[BYTES]), WriteOptions.PLAIN);
                }
            }
            // Zeros of the cut, or what it was: never what others wrote into frames that were given away.
            byte[] seen = bytes(view);
            for (int i = 0; i < seen.length; i++) {
                assertThat(seen[i] == 0 || seen[i] == content[i]).isTrue();
            }
        }
    }

    @Test
    void view_ofWhatTheCacheIsTooSmallFor_isRead() {
        try (Volume small = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT.withMemoryBytes(8 << 20))) {
            NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
            NodeId node = small.create(small.root(), Name.of("f"), shape, Guard.NONE)
                    .node()
                    .node();
            try (OpenNode open = small.open(node)) {
                small.write(open, 0, MemorySegment.ofArray(content), WriteOptions.PLAIN);
                assertThat(small.view(open, 0, BYTES)).isNull();
            }
        }
    }

    @Test
    void view_ofADirectory_isRefused() {
        try (OpenNode root = volume.open(volume.root())) {
            assertThatThrownBy(() -> volume.view(root, 0, 10))
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EISDIR));
        }
    }
}
