package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.WriteOptions;
import org.junit.jupiter.api.Test;

final class OpenFlagsTest {
    private static final int APPEND = 02000;
    private static final int DATA_SYNC = 010000;
    private static final int SYNC = 04010000;

    @Test
    void write_isAsDurable_asTheDescriptorIsNow() {
        assertThat(OpenFlags.write(0, false)).isEqualTo(WriteOptions.PLAIN);
        assertThat(OpenFlags.write(DATA_SYNC, false).sync()).isEqualTo(WriteOptions.Sync.DATA);
        assertThat(OpenFlags.write(SYNC, false).sync()).isEqualTo(WriteOptions.Sync.ALL);
    }

    @Test
    void write_goesToTheEnd_onlyIfItIsNoPageOfAMapping() {
        assertThat(OpenFlags.write(APPEND, false).append()).isTrue();
        assertThat(OpenFlags.write(APPEND, true).append()).isFalse();
        assertThat(OpenFlags.write(DATA_SYNC, false).append()).isFalse();
    }
}
