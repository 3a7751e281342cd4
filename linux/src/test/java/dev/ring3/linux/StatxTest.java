package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatxTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    @Test
    void of_file_agreesWithTheJdk() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "hello");
        Files.createLink(folder.resolve("other"), file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1969-07-20T20:17:40.123456789Z")));
        Map<String, Object> jdk = Files.readAttributes(file, "unix:*");

        Statx statx = Statx.of(file, StatxField.BIRTH_TIME);

        assertThat(statx.type()).contains(FileType.REGULAR);
        assertThat(statx.mode()).hasValue((int) value(jdk, "mode"));
        assertThat(statx.links()).hasValue(2);
        assertThat(statx.uid()).hasValue((int) value(jdk, "uid"));
        assertThat(statx.gid()).hasValue((int) value(jdk, "gid"));
        assertThat(statx.inode()).hasValue((long) value(jdk, "ino"));
        assertThat(statx.sizeBytes()).hasValue(5);
        assertThat(statx.modificationTime()).contains(((FileTime) value(jdk, "lastModifiedTime")).toInstant());
        assertThat(statx.accessTime()).contains(((FileTime) value(jdk, "lastAccessTime")).toInstant());
        assertThat(statx.changeTime()).contains(((FileTime) value(jdk, "ctime")).toInstant());
        statx.birthTime()
                .ifPresent(born -> assertThat(born).isEqualTo(((FileTime) value(jdk, "creationTime")).toInstant()));
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name));
    }

    @Test
    void ofLink_isTheLink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));

        assertThat(Statx.ofLink(link).type()).contains(FileType.SYMBOLIC_LINK);
        assertThat(Statx.ofLink(link).inode())
                .hasValue((long) Files.getAttribute(link, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        RealKernel.assertFails(Errno.ENOENT, () -> Statx.of(link));
        assertThat(Statx.of(Path.of("/dev/null")).type()).contains(FileType.CHARACTER_DEVICE);
        assertThat(Statx.of(Path.of("/dev/null")).ownDevice()).hasToString("1:3");
    }

    @Test
    void fields_theMaskLeavesOut_areEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(StatxLayout.BYTES, 8).fill((byte) 0x11);
            statx.set(ValueLayout.JAVA_INT, StatxLayout.MASK_AT, 0);
            statx.set(ValueLayout.JAVA_LONG, StatxLayout.ATTRIBUTES_MASK_AT, 0);
            Statx nothing = Statx.of(statx);

            assertThat(nothing.mode()).isEmpty();
            assertThat(nothing.type()).isEmpty();
            assertThat(nothing.inode()).isEmpty();
            assertThat(nothing.birthTime()).isEmpty();
            assertThat(nothing.mountId()).isEmpty();
            assertThat(nothing.uniqueMountId()).isEmpty();
            assertThat(nothing.subvolume()).isEmpty();
            assertThat(nothing.directIo()).isEmpty();
            assertThat(nothing.atomicWrite()).isEmpty();
            for (StatxAttribute attribute : StatxAttribute.values()) {
                assertThat(nothing.has(attribute)).isEmpty();
            }

            statx.set(ValueLayout.JAVA_INT, StatxLayout.MASK_AT, 0x3bfff);
            assertThat(Statx.of(statx).directIo()).contains(new DirectIo(0x11111111, 0x11111111, 0x11111111, true));
            assertThat(nothing.mode()).as("a copy").isEmpty();
            assertThatThrownBy(() -> Statx.of(arena.allocate(128))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void golden_bytes_decode() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(StatxLayout.BYTES, 8);
            for (int i = 0; i < StatxLayout.BYTES / 4; i++) {
                statx.setAtIndex(ValueLayout.JAVA_INT, i, i + 1);
            }
            statx.set(ValueLayout.JAVA_INT, StatxLayout.MASK_AT, 0x3ffff);
            Statx decoded = Statx.of(statx);

            assertThat(decoded.preferredBlockBytes()).isEqualTo(2);
            assertThat(decoded.links()).hasValue(5);
            assertThat(decoded.uid()).hasValue(6);
            assertThat(decoded.gid()).hasValue(7);
            assertThat(decoded.changeTime()).contains(Instant.ofEpochSecond(26L << 32 | 25, 27));
            assertThat(decoded.device()).isEqualTo(new DeviceNumber(35, 36));
            assertThat(decoded.directIo()).contains(new DirectIo(39, 40, 46, true));
            assertThat(decoded.atomicWrite()).contains(new AtomicWrite(43, 44, 47, 45));
            assertThat(decoded.subvolume()).hasValue(42L << 32 | 41);
        }
    }

    @Test
    void attributes_ofAMountsRoot_sayIt() {
        assertThat(Statx.of(Path.of("/proc")).has(StatxAttribute.MOUNT_ROOT)).contains(true);
        assertThat(Statx.of(Path.of("/proc/self")).has(StatxAttribute.MOUNT_ROOT))
                .contains(false);
    }

    @Test
    void changeStamp_ofEachChange_isAnother() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "0");
        ChangeStamp.Promise promise = ChangeStamp.promiseOf(folder);
        assertThat(promise).isNotEqualTo(ChangeStamp.Promise.UNKNOWN);
        assertThat(ChangeStamp.of(file, promise).differsFrom(ChangeStamp.of(file, promise)))
                .isFalse();
        if (promise == ChangeStamp.Promise.EVERY_CHANGE) {
            for (int i = 0; i < 500; i++) {
                ChangeStamp before = ChangeStamp.of(file, promise);
                Files.writeString(file, "" + i % 10); // the size stays
                assertThat(ChangeStamp.of(file, promise).differsFrom(before))
                        .as("change %d", i)
                        .isTrue();
            }
        }
        ChangeStamp old = ChangeStamp.of(file, promise);
        Files.delete(file);
        Files.writeString(file, "9");
        assertThat(ChangeStamp.of(file, promise)).isNotEqualTo(old);
    }

    @Test
    void changeStamp_promise_isWhatTheTimesShow() {
        SystemCalls host = HostSystemCalls.get();
        assertThat(ChangeStamp.promiseOf(Path.of("/proc"))).isEqualTo(ChangeStamp.Promise.UNKNOWN);
        // The control: equal times within a tick, as before Linux 6.13, are noticed.
        SystemCalls coarse = (scratch, call, arguments) -> {
            long result = host.call(scratch, call, arguments);
            if (call == SystemCall.STATX) {
                MemorySegment statx = FakeSystemCalls.memory(arguments[4], StatxLayout.BYTES);
                statx.set(ValueLayout.JAVA_INT, StatxLayout.CTIME_AT + 8, 4_000_000);
            }
            return result;
        };
        assertThat(ChangeStamp.promiseOf(coarse, folder)).isEqualTo(ChangeStamp.Promise.WITHIN_A_TICK);
    }

    @Test
    void kernelFilesystem_asked_answersAsItsParts() throws IOException {
        Files.writeString(folder.resolve("file"), "hello");
        FilesystemQueries queries = KernelFilesystem.at(folder);

        assertThat(queries.stat("file").sizeBytes()).hasValue(5);
        assertThat(queries.stat("").type()).contains(FileType.DIRECTORY);
        assertThat(queries.identity()).isEqualTo(FileSystems.uuid(folder));
        assertThat(queries.changeStamp("file")).isEqualTo(queries.changeStamp("file"));
        assertThat(Optional.of(queries.subvolumes())).isPresent();
        RealKernel.assertFails(Errno.ENOENT, () -> queries.stat("none"));
    }
}
