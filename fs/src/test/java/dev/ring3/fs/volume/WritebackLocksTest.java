package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.store.MemoryMedium;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nobody waits for data on its way to the medium but who asked for that. */
class WritebackLocksTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
    private static final Executor THREADS = Thread.ofPlatform().daemon()::start;
    private static final int PIECE_BYTES = 1 << 20;

    private final HeldSyncs device = new HeldSyncs();

    @Test
    void file_whoseDataIsBeingSynced_isReadWrittenAndFound() throws Exception {
        VolumeOptions options = VolumeOptions.DEFAULT.withCommitInterval(Duration.ZERO);
        try (Volume volume = Volume.open(new MemoryMedium().open("this test"), device, options)) {
            NodeId file = make(volume, "file");
            NodeId other = make(volume, "other");
            try (OpenNode open = volume.open(file);
                    OpenNode openOther = volume.open(other)) {
                write(volume, open, 0, 1);
                device.hold();
                CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> volume.sync(open, true), THREADS);
                try {
                    device.awaitOne();
                    inTime(() -> write(volume, open, PIECE_BYTES, 2));
                    device.letOneEnd();

                    device.awaitOne(); // for what was written meanwhile
                    inTime(() -> {
                        assertThat(read(volume, open, PIECE_BYTES)).containsOnly(2);
                        write(volume, open, 2 * PIECE_BYTES, 3);
                        write(volume, openOther, 0, 4);
                        assertThat(volume.stat(file, StatMask.ALL).sizeBytes()).isEqualTo(3 * PIECE_BYTES);
                        assertThat(volume.find(volume.root(), Name.of("file"), StatMask.ALL))
                                .isNotNull();
                    });
                } finally {
                    device.letAllEnd();
                    sync.get(30, TimeUnit.SECONDS);
                }
                assertThat(read(volume, open, 2 * PIECE_BYTES)).containsOnly(3);
            }
            assertThat(volume.check().findings()).isEmpty();
        }
    }

    private static void inTime(Runnable action) throws Exception {
        CompletableFuture.runAsync(action, THREADS).get(30, TimeUnit.SECONDS);
    }

    private static NodeId make(Volume volume, String name) {
        return volume.create(volume.root(), Name.of(name), FILE, Guard.NONE)
                .node()
                .node();
    }

    private static void write(Volume volume, OpenNode open, long offset, int value) {
        byte[] bytes = new byte[PIECE_BYTES];
        Arrays.fill(bytes, (byte) value);
        volume.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
    }

    private static byte[] read(Volume volume, OpenNode open, long offset) {
        byte[] bytes = new byte[PIECE_BYTES];
        volume.read(open, offset, MemorySegment.ofArray(bytes));
        return bytes;
    }
}
