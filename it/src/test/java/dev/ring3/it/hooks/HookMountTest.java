package dev.ring3.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.hooks.AttachOptions;
import dev.ring3.hooks.AttachRequest;
import dev.ring3.hooks.AttachResult;
import dev.ring3.hooks.AuditLog;
import dev.ring3.hooks.AuditRecord;
import dev.ring3.hooks.HookSettings;
import dev.ring3.hooks.HookStore;
import dev.ring3.hooks.Hooks;
import dev.ring3.hooks.Scope;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped examples, as whoever uses a mounted filesystem meets them. */
class HookMountTest {
    @TempDir
    Path mountPoint;

    private Volume volume;
    private Hooks hooks;
    private FuseMount mount;

    @BeforeEach
    void mount() {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "/dev/fuse is not there, or not ours");
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        Vfs vfs = new Vfs(volume);
        hooks = Hooks.open(volume, HookStore.NONE, HookSettings.DEFAULT);
        vfs.setHooks(hooks);
        mount = FuseMount.mount(vfs, mountPoint, MountOptions.DEFAULT);
        hooks.addListener(_ -> forgetCaches());
    }

    private void forgetCaches() {
        try {
            assertThat(mount.forgetCaches(Duration.ofSeconds(30))).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    @Test
    void audit_ofAFileThatIsWritten_namesThisProcess() throws Exception {
        attach("audit");
        AuditLog.Reader reader = hooks.audit().readNew();

        Files.writeString(mountPoint.resolve("a"), "hello");

        List<AuditRecord> records = new ArrayList<>();
        while (records.stream()
                .noneMatch(record -> Long.valueOf(48).equals(record.fields().get("op")))) {
            List<AuditRecord> more = reader.read(100, Duration.ofSeconds(30));
            assertThat(more).isNotEmpty();
            records.addAll(more);
        }
        assertThat(records.getFirst().fields()).containsEntry("op", 64L).containsEntry("name", "a");
        assertThat(records.getLast().fields()).containsEntry("length", 5L);
        assertThat(records)
                .allSatisfy(record -> assertThat(record.fields())
                        .containsEntry("pid", ProcessHandle.current().pid()));
    }

    @Test
    void denyNames_throughTheMount_isPermissionDenied() throws IOException {
        attach("deny-names");
        hooks.maps().set("deny-names", "endings", "0", "text=.exe,length=4");
        Files.createFile(mountPoint.resolve("a"));

        assertThatThrownBy(() -> Files.createFile(mountPoint.resolve("b.exe")))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> Files.move(mountPoint.resolve("a"), mountPoint.resolve("a.exe")))
                .isInstanceOf(FileSystemException.class);
        hooks.detach("deny-names");
        Files.createFile(mountPoint.resolve("b.exe"));
    }

    @Test
    void writeBudget_throughTheMount_isQuotaExceeded() throws IOException {
        attach("write-budget");
        hooks.maps().set("write-budget", ".data", "0", "budget.bytes=100000");
        Files.write(mountPoint.resolve("a"), new byte[80_000]);

        assertThatThrownBy(() -> Files.write(mountPoint.resolve("b"), new byte[80_000]))
                .hasMessageContaining("quota");
    }

    @Test
    void ransomwareBrake_throughTheMount_stopsWhoEncrypts() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            files.add(Files.writeString(mountPoint.resolve("f" + i), "text ".repeat(1000)));
        }
        attach("ransomware-brake");
        byte[] random = new byte[4096];
        new Random(7).nextBytes(random);

        int encrypted = 0;
        for (Path file : files) {
            try {
                Files.write(file, random, StandardOpenOption.WRITE);
                encrypted++;
            } catch (IOException stopped) {
                assertThat(stopped).hasMessageContaining("not permitted");
            }
        }

        assertThat(encrypted).isEqualTo(20);
        assertThat(Files.readString(files.getLast())).startsWith("text");
        assertThatThrownBy(() -> Files.delete(files.getLast())).isInstanceOf(IOException.class);
    }

    /** Reads of a file that was open, and cached, before the program came are counted all the same. */
    @Test
    void heatmap_ofAFileThatWasOpenBefore_seesEveryRead() throws Exception {
        Path path = Files.write(mountPoint.resolve("a"), new byte[4096]);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            read(file);
            attach("heatmap");
            for (int i = 0; i < 10; i++) {
                read(file);
                Thread.sleep(50);
            }
        }

        // One that comes while the kernel forgets is asked for twice.
        Matcher reads = Pattern.compile("reads=(\\d+)")
                .matcher(hooks.maps()
                        .dump("heatmap", "heat", 10)
                        .getFirst()
                        .value()
                        .toString());
        assertThat(reads.find()).isTrue();
        assertThat(Integer.parseInt(reads.group(1))).isBetween(10, 20);
    }

    private static void read(RandomAccessFile file) throws IOException {
        file.seek(0);
        assertThat(file.read(new byte[100])).isEqualTo(100);
    }
}
