package dev.ring3.fs.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.linux.ChangeStamp;
import dev.ring3.linux.Errno;
import dev.ring3.linux.FilesystemQueries;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Statx;
import dev.ring3.linux.StatxAttribute;
import dev.ring3.linux.Subvolume;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeQueriesTest {
    private Volume volume;
    private FilesystemQueries queries;
    private SubvolumeId sub;
    private NodeId file;

    @BeforeEach
    void make() {
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        queries = new VolumeQueries(volume);
        NewNode folder = NewNode.of(FileType.DIRECTORY, 0755, 0, 1, 2);
        sub = volume.subvolumes().create(volume.root(), Name.of("sub"), folder, Guard.NONE);
        file = volume.create(
                        NodeId.rootOf(sub),
                        Name.of("file"),
                        NewNode.of(FileType.REGULAR, 0640, 0, 1000, 2000),
                        Guard.NONE)
                .node()
                .node();
        write("content");
    }

    @AfterEach
    void close() {
        volume.close();
    }

    private void write(String text) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray(text.getBytes(UTF_8)), WriteOptions.PLAIN);
        }
    }

    @Test
    void stat_isReadAsThatOfAKernel() {
        volume.setAttributes(file, AttrChange.NONE.withFlags(dev.ring3.fs.StatFlags.NO_DUMP), Guard.NONE);
        Stat stat = volume.stat(file, StatMask.QUIET);

        Statx statx = queries.stat("sub/file");

        assertThat(statx.mode()).hasValue(stat.mode());
        assertThat(statx.type()).contains(dev.ring3.linux.FileType.REGULAR);
        assertThat(statx.links()).hasValue(1);
        assertThat(statx.uid()).hasValue(1000);
        assertThat(statx.gid()).hasValue(2000);
        assertThat(statx.inode()).hasValue(file.ino().value());
        assertThat(statx.sizeBytes()).hasValue(7);
        assertThat(statx.blocks512()).hasValue(stat.allocatedBytes() / 512);
        assertThat(statx.subvolume()).hasValue(sub.value());
        assertThat(statx.birthTime()).contains(stat.birthTime());
        assertThat(statx.changeTime()).contains(stat.changeTime());
        assertThat(statx.modificationTime()).contains(stat.modifyTime());
        assertThat(statx.accessTime()).contains(stat.accessTime());
        assertThat(statx.has(StatxAttribute.NO_DUMP)).contains(true);
        assertThat(statx.has(StatxAttribute.IMMUTABLE)).contains(false);
        assertThat(queries.stat("").inode()).hasValue(1);
    }

    @Test
    void stat_ofWhatIsNotThere_hasTheErrno() {
        assertThatThrownBy(() -> queries.stat("sub/nothing"))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThatThrownBy(() -> queries.stat("sub/file/below"))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
    }

    @Test
    void subvolumes_areListedWithWhatTheyCameFrom() {
        volume.subvolumes().snapshot(sub, Name.of("monday"), true);

        assertThat(queries.subvolumes()).hasSize(3).satisfies(all -> {
            assertThat(all.getFirst().parentId()).isEmpty();
            assertThat(all.getFirst().path()).contains("");
            Subvolume second = all.get(1);
            assertThat(second.path()).contains("sub");
            assertThat(second.parentId()).hasValue(1);
            assertThat(second.isSnapshot()).isFalse();
            Subvolume snapshot = all.getLast();
            assertThat(snapshot.path()).contains("sub/.snapshots/monday");
            assertThat(snapshot.sourceUuid()).isEqualTo(second.uuid());
            assertThat(snapshot.isReadOnly()).isTrue();
        });
        assertThat(queries.identity()).isPresent();
    }

    @Test
    void changeStamp_differsAfterEveryChange_andOnlyThen() {
        ChangeStamp before = queries.changeStamp("sub/file");
        assertThat(before.promise()).isEqualTo(ChangeStamp.Promise.ALWAYS);
        assertThat(queries.changeStamp("sub/file")).isEqualTo(before);
        for (int i = 0; i < 100; i++) {
            write("content");
            ChangeStamp after = queries.changeStamp("sub/file");
            assertThat(after.differsFrom(before)).isTrue();
            before = after;
        }
        assertThat(Objects.requireNonNull(before).change()).isPresent();
    }
}
