package dev.ring3.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.hooks.AttachOptions;
import dev.ring3.hooks.AttachRequest;
import dev.ring3.hooks.AttachResult;
import dev.ring3.hooks.HookSettings;
import dev.ring3.hooks.HookStore;
import dev.ring3.hooks.Hooks;
import dev.ring3.hooks.ProgramInfo;
import dev.ring3.hooks.Scope;
import dev.ring3.mm.cache.CacheStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped policies of the page cache, seen by who reads through a mount. The heat map is attached beside them, so that
 * the kernel keeps nothing itself, and each read comes.
 */
class PolicyMountTest {
    private static final int PAGE = 4096;
    private static final int CACHE_PAGES = 2048;
    private static final int FILE_PAGES = 4 * CACHE_PAGES;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    @TempDir
    Path mountPoint;

    private Volume volume;
    private Hooks hooks;
    private FuseMount mount;

    @BeforeEach
    void mount() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "/dev/fuse is not there, or not ours");
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT.withMemoryBytes((long) CACHE_PAGES * PAGE));
        Vfs vfs = new Vfs(volume);
        hooks = Hooks.open(volume, HookStore.NONE, HookSettings.DEFAULT);
        vfs.setHooks(hooks);
        attach("heatmap");
        mount = FuseMount.mount(vfs, mountPoint, MountOptions.DEFAULT);
    }

    @AfterEach
    void unmount() {
        if (mount != null) {
            mount.close();
            hooks.close();
            volume.close();
        }
    }

    private void attach(String example) throws IOException {
        byte[] object = Examples.object(example);
        assertThat(hooks.attach(new AttachRequest(example, object, new Scope.Server(), AttachOptions.DEFAULT)))
                .isInstanceOf(AttachResult.Attached.class);
    }

    private FileChannel file() throws IOException {
        Path path = mountPoint.resolve("a");
        byte[] data = new byte[64 * PAGE];
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int page = 0; page < FILE_PAGES; page += 64) {
                new Random(page).nextBytes(data);
                assertThat(out.write(ByteBuffer.wrap(data))).isEqualTo(data.length);
            }
            out.force(true);
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static void read(FileChannel file, int page) throws IOException {
        assertThat(file.read(ByteBuffer.allocate(64), (long) page * PAGE)).isEqualTo(64);
    }

    private CacheStatistics statistics() {
        return volume.cacheStatistics().orElseThrow();
    }

    private long runs(String object, String program) {
        return hooks.find(object).orElseThrow().programs().stream()
                .filter(info -> info.name().equals(program))
                .mapToLong(ProgramInfo::runs)
                .sum();
    }

    @Test
    void s3Fifo_scanBesideHotPages_keepsThem() throws IOException {
        attach("s3-fifo");
        int hot = CACHE_PAGES / 4;
        int misses = 0;
        int reads = 0;
        try (FileChannel file = file()) {
            for (int round = 0; round < 4; round++) {
                for (int page = 0; page < hot; page++) {
                    read(file, page);
                }
            }
            // Backwards, so that nothing is read ahead of it.
            for (int page = FILE_PAGES - 1; page > hot; page -= 3) {
                read(file, page);
                long before = statistics().misses();
                read(file, reads++ % hot);
                misses += (int) (statistics().misses() - before);
            }
        }

        assertThat(reads).isGreaterThan(2 * hot);
        assertThat(misses).as("of %d reads of hot pages", reads).isLessThan(reads / 4);
        assertThat(runs("s3-fifo", "evict")).isPositive();
        assertThat(statistics().policyShortfalls()).isZero();
    }

    @Test
    void stridedReadahead_ofReadsFarApart_bringsInWhatIsReadNext() throws Exception {
        int stride = 300;
        try (FileChannel file = file()) {
            for (int page = 0; page < FILE_PAGES; page += 7) {
                read(file, (page * 5003 & Integer.MAX_VALUE) % FILE_PAGES); // nothing of what follows is in memory
            }
            attach("strided-readahead");
            long before = statistics().misses();
            int reads = 0;
            for (int page = 11; page < FILE_PAGES; page += stride) {
                long come = statistics().readaheadPages();
                long runs = runs("strided-readahead", "readahead");
                read(file, page);
                if (++reads > 2 && runs("strided-readahead", "readahead") > runs) {
                    awaitReadahead(come);
                }
            }
            assertThat(reads).isGreaterThan(20);
            assertThat(statistics().misses() - before).isLessThan(reads / 2);
        }
    }

    /** What a read has started comes by itself; where it is all there already, nothing does. */
    private void awaitReadahead(long before) throws InterruptedException {
        long beganNanos = System.nanoTime();
        while (statistics().readaheadPages() == before && System.nanoTime() - beganNanos < PATIENCE_NANOS) {
            Thread.sleep(1);
        }
    }
}
