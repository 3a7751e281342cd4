package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Mounting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's overlay with a mount of Ring3's as its upper layer: whiteouts, opaque directories, redirects. */
class OverlayTest {
    private static final long CAPACITY_BYTES = 1L << 30;

    @TempDir
    private Path folder;

    private Volume volume;
    private FuseMount mount;
    private Path lower;
    private Path merged;
    private Path upper;

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        volume = Volume.inMemory(CAPACITY_BYTES, VolumeOptions.DEFAULT);
        Path place = Files.createDirectory(folder.resolve("mount"));
        mount = FuseMount.mount(new Vfs(volume), place, MountOptions.DEFAULT);
        upper = Files.createDirectory(place.resolve("upper"));
        Files.createDirectory(place.resolve("work"));
        lower = Files.createDirectory(folder.resolve("lower"));
        merged = Files.createDirectory(folder.resolve("merged"));
        Files.createDirectories(lower.resolve("d/e"));
        Files.writeString(lower.resolve("d/f"), "below");
        Files.writeString(lower.resolve("g"), "below too");
        overlay();
    }

    private void overlay() {
        String options = "lowerdir=%s,upperdir=%s,workdir=%s,redirect_dir=on"
                .formatted(lower, upper, upper.resolveSibling("work"));
        try {
            Mounting.mount("overlay", merged, "overlay", 0, options);
        } catch (LinuxException e) {
            assumeTrue(e.errno() != Errno.ENODEV, "the kernel has no overlays");
            throw e;
        }
    }

    @AfterEach
    void end() {
        if (mount != null) {
            unmountOverlay();
            mount.close();
            volume.close();
        }
    }

    private void unmountOverlay() {
        try {
            Mounting.unmount(merged, false);
        } catch (LinuxException e) {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL); // not mounted
        }
    }

    @Test
    void changes_areInTheUpperLayerAlone_andStay() throws IOException {
        Files.move(merged.resolve("g"), merged.resolve("h"));
        Files.writeString(merged.resolve("d/f"), "above");
        Files.move(merged.resolve("d"), merged.resolve("moved"));
        Files.createDirectory(merged.resolve("d"));
        Files.writeString(merged.resolve("d/new"), "new");
        Files.delete(merged.resolve("moved/e"));
        Files.createLink(merged.resolve("moved/link"), merged.resolve("h"));

        Map<String, String> expected = new TreeMap<>(Map.of(
                "h", "below too",
                "d/new", "new",
                "moved/f", "above",
                "moved/link", "below too"));
        assertThat(files(merged)).isEqualTo(expected);
        assertThat(whiteouts(upper)).containsExactly("g", "moved/e");

        unmountOverlay();
        assertThat(files(lower)).isEqualTo(Map.of("d/f", "below", "g", "below too"));
        overlay();
        assertThat(files(merged)).isEqualTo(expected);
        assertThat(merged.resolve("moved/e")).doesNotExist();
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path each : walk.filter(Files::isRegularFile).toList()) {
                all.put(root.relativize(each).toString(), Files.readString(each));
            }
        }
        return all;
    }

    /** Devices 0:0. */
    private static List<String> whiteouts(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(OverlayTest::isWhiteout)
                    .map(each -> root.relativize(each).toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean isWhiteout(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            return (mode & 0170000) == Calls.CHARACTER && (long) Files.getAttribute(path, "unix:rdev") == 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
