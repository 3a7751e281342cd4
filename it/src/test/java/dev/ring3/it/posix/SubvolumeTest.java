package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

/** A subvolume is to POSIX what another filesystem would be, but that one can be where a directory is. */
final class SubvolumeTest extends PosixSuite {
    @Test
    void names_acrossSubvolumes_areRefused(Stages stages) {
        assumeTrue(stages.subvolume(target, "other"), "the host has no subvolumes");
        file("f", 0644);
        root.mkdir("d", 0755);
        refused(Errno.EXDEV, () -> root.link("f", "other/f"));
        refused(Errno.EXDEV, () -> root.rename("f", "other/f", 0));
        refused(Errno.EXDEV, () -> root.rename("d", "other/d", 0));
        file("other/g", 0644);
        refused(Errno.EXDEV, () -> root.rename("other/g", "g", 0));
        root.rename("other/g", "other/h", 0);
        assertThat(root.list("other")).containsExactly("h");
        refused(Errno.EBUSY, () -> root.rmdir("other"));
        assertThat(root.stat("other/..").ino()).isEqualTo(root.stat(".").ino());
    }
}
