package dev.ring3.fs.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObservedVfsTest {
    private static final Caller ROOT = Caller.local(Credentials.ROOT);

    /** What is measured through others, or costs nothing that anybody would ask for. */
    private static final Set<String> UNMEASURED = Set.of(
            "lookup",
            "parent",
            "may",
            "space",
            "handle",
            "nodeOf",
            "close",
            "hold",
            "seekData",
            "seekHole",
            "poll",
            "readWaits");

    private record Ended(
            ObservedOperation operation,
            long bytes,
            @Nullable Errno failure) {}

    private final Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    private final List<Ended> ended = new ArrayList<>();
    private int timed;
    private final Vfs vfs = new Vfs(volume, (operation, nanos, bytes, failure) -> {
        timed += nanos >= 0 ? 1 : 0;
        ended.add(new Ended(operation, bytes, failure));
    });
    private final NodeId root = vfs.root();

    @AfterEach
    void close() {
        volume.close();
    }

    @Test
    void openByName_ofNewFile_isLookupAndCreate() {
        vfs.files().close(open("new"));

        assertThat(ended).containsExactly(done(ObservedOperation.LOOKUP, 0), done(ObservedOperation.CREATE, 0));
    }

    @Test
    void openByName_ofOldFile_isLookupAndOpen() {
        vfs.files().close(open("old"));
        ended.clear();

        vfs.files().close(open("old"));

        assertThat(ended).containsExactly(done(ObservedOperation.LOOKUP, 0), done(ObservedOperation.OPEN, 0));
    }

    @Test
    void content_isCountedInBytes() {
        OpenFile file = open("content");
        ended.clear();

        vfs.files().write(ROOT, file, 0, MemorySegment.ofArray(new byte[10]));
        vfs.files().read(ROOT, file, 4, MemorySegment.ofArray(new byte[100]));
        vfs.files().sync(file, true);
        vfs.files().close(file);

        assertThat(ended)
                .containsExactly(
                        done(ObservedOperation.WRITE, 10),
                        done(ObservedOperation.READ, 6),
                        done(ObservedOperation.SYNC, 0));
    }

    @Test
    void failure_isToldWithItsErrno() {
        assertThatThrownBy(() -> vfs.names().unlink(ROOT, root, Name.of("absent")))
                .isInstanceOf(FsException.class);

        assertThat(ended).containsExactly(new Ended(ObservedOperation.UNLINK, 0, Errno.ENOENT));
    }

    @Test
    void nothingFound_isNoFailure() {
        assertThat(vfs.names().find(ROOT, root, Name.of("absent"), StatMask.QUIET))
                .isNull();

        assertThat(ended).containsExactly(done(ObservedOperation.LOOKUP, 0));
    }

    @Test
    void attributes_areMeasured() {
        Stat stat = vfs.attributes().stat(root, StatMask.QUIET);
        vfs.attributes().xattrs(ROOT, root);

        assertThat(stat.isDirectory()).isTrue();
        assertThat(ended).containsExactly(done(ObservedOperation.STAT, 0), done(ObservedOperation.GETXATTR, 0));
    }

    @Test
    void frequentOperations_areTimedOneInEight() {
        for (int i = 0; i < 8_000; i++) {
            vfs.attributes().stat(root, StatMask.QUIET);
        }
        // Eleven standard deviations to either side.
        assertThat(timed).isBetween(670, 1330);
        assertThat(ended).hasSize(8_000);
    }

    @Test
    void otherOperations_areAllTimed() {
        for (int i = 0; i < 10; i++) {
            vfs.files().syncAll(root);
        }
        assertThat(timed).isEqualTo(10);
    }

    @Test
    void everyPublicOperation_isMeasuredOrNamedHere() {
        assertThat(forgotten(Names.class, ObservedNames.class)).isEmpty();
        // A caller's stat, opening by name and writing with a file's own options call what is measured.
        assertThat(forgotten(Attributes.class, ObservedAttributes.class)).containsExactly("stat/3");
        assertThat(forgotten(Files.class, ObservedFiles.class)).containsExactlyInAnyOrder("open/6", "write/4");
    }

    @Test
    void whatIsNotOverridden_isFound() {
        assertThat(forgotten(Names.class, ObservedAttributes.class)).contains("rename/6");
    }

    private static List<String> forgotten(Class<?> operations, Class<?> observed) {
        Set<String> measured = Arrays.stream(observed.getDeclaredMethods())
                .map(ObservedVfsTest::shape)
                .collect(Collectors.toSet());
        return Arrays.stream(operations.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !UNMEASURED.contains(method.getName()))
                .map(ObservedVfsTest::shape)
                .filter(shape -> !measured.contains(shape))
                .toList();
    }

    private static String shape(Method method) {
        return method.getName() + "/" + method.getParameterCount();
    }

    private static Ended done(ObservedOperation operation, long bytes) {
        return new Ended(operation, bytes, null);
    }

    private OpenFile open(String name) {
        OpenHow how = OpenHow.of(Use.BOTH);
        return vfs.files()
                .open(ROOT, root, Name.of(name), how, NewNode.of(FileType.REGULAR, 0644, 0, 0, 0), false)
                .file();
    }
}
