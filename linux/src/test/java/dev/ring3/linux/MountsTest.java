package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MountsTest {
    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    /** A kernel without the calls of 6.8. */
    private static Mounts old() {
        SystemCalls host = HostSystemCalls.get();
        return new Mounts((scratch, call, arguments) -> call == SystemCall.LISTMOUNT || call == SystemCall.STATMOUNT
                ? -Errno.ENOSYS.number()
                : host.call(scratch, call, arguments));
    }

    @Test
    void list_bothWays_areTheSameMounts() {
        Assumptions.assumeTrue(Mounts.hasUniqueIds(), "needs listmount(2), Linux 6.8");
        Map<Integer, Mount> byText = old().all().stream().collect(Collectors.toMap(Mount::id, Function.identity()));
        List<Mount> byCall = Mounts.list();

        assertThat(byCall).extracting(Mount::id).containsExactlyInAnyOrderElementsOf(byText.keySet());
        assertThat(byCall).allSatisfy(mount -> {
            Mount other = Objects.requireNonNull(byText.get(mount.id()));
            assertThat(mount.device()).isEqualTo(other.device());
            assertThat(mount.root()).isEqualTo(other.root());
            assertThat(mount.point()).isEqualTo(other.point());
            assertThat(mount.type()).isEqualTo(other.type());
            assertThat(mount.attributes()).isEqualTo(other.attributes());
            assertThat(mount.propagation()).isEqualTo(other.propagation());
            mount.source().ifPresent(source -> assertThat(other.source()).contains(source));
            assertThat(mount.uniqueId().getAsLong()).isGreaterThan(Integer.MAX_VALUE);
            assertThat(Mounts.find(mount.uniqueId().getAsLong())).contains(mount);
        });
    }

    @Test
    void of_path_isTheMountOverIt() {
        assertThat(Mounts.of(Path.of("/proc/self/status"))).hasValueSatisfying(mount -> {
            assertThat(mount.type()).contains("proc");
            assertThat(mount.point()).contains("/proc");
        });
        assertThat(FileSystems.type(Path.of("/proc"))).contains("proc");
        assertThat(Mounts.find(1)).isEmpty();
    }

    @Test
    void line_ofMountinfo_isRead() {
        String line =
                "36 35 98:0 /mnt1 /mnt\\0402\\134x rw,noatime,nosuid master:1 shared:3 - fuse.sshfs /dev/root rw,errors=continue";

        assertThat(MountinfoLine.parse(line))
                .isEqualTo(new Mount(
                        36,
                        35,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        new DeviceNumber(98, 0),
                        Optional.of("/mnt1"),
                        Optional.of("/mnt 2\\x"),
                        Optional.of("fuse"),
                        Optional.of("sshfs"),
                        Optional.of("/dev/root"),
                        Optional.of("rw,errors=continue"),
                        Set.of(MountAttribute.NO_ACCESS_TIMES, MountAttribute.NO_SET_USER_ID),
                        Propagation.SHARED_SLAVE));
        assertThat(MountinfoLine.parse("1 1 0:1 / / ro - rootfs rootfs rw").propagation())
                .isEqualTo(Propagation.PRIVATE);
        for (String bad : List.of("", "36 35 98:0 / / rw", "36 35 98:0 / / rw shared:1 - ext4 x", "- - - - - - -")) {
            assertThatThrownBy(() -> MountinfoLine.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
