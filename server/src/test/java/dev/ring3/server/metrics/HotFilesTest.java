package dev.ring3.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.ObservedOperation;
import org.junit.jupiter.api.Test;

/** What is read and written most, as it was used lately. */
class HotFilesTest {
    private static final int WEIGHT = ObservedOperation.READ.weight();

    private final HotFiles files = new HotFiles();

    private static NodeId node(long ino) {
        return new NodeId(SubvolumeId.FIRST, new Ino(ino));
    }

    private void use(long ino, int reads, int writes) {
        for (int i = 0; i < reads; i++) {
            files.count(ObservedOperation.READ, node(ino));
        }
        for (int i = 0; i < writes; i++) {
            files.count(ObservedOperation.WRITE, node(ino));
        }
    }

    @Test
    void hottest_hasThoseWithMostUsesFirst_eachAsOftenAsItStandsFor() {
        use(16, 1, 0);
        use(17, 3, 2);
        use(18, 0, 4);

        assertThat(files.hottest(2))
                .containsExactly(
                        new HotFiles.Use(node(17), 3L * WEIGHT, 2L * ObservedOperation.WRITE.weight()),
                        new HotFiles.Use(node(18), 0, 4L * ObservedOperation.WRITE.weight()));
    }

    @Test
    void uses_ofSeveralMinutes_areTakenTogether_andForgottenAfterTen() {
        use(16, 1, 0);
        files.turn();
        use(16, 1, 0);
        for (int i = 0; i < 9; i++) {
            assertThat(files.hottest(1)).extracting(HotFiles.Use::reads).containsExactly(2L * WEIGHT);
            if (i < 8) {
                files.turn();
            }
        }
        files.turn();
        assertThat(files.hottest(1)).extracting(HotFiles.Use::reads).containsExactly((long) WEIGHT);
        files.turn();
        assertThat(files.hottest(1)).isEmpty();
    }

    @Test
    void aWindow_takesSoManyFiles_andGoesOnWithThose() {
        for (long ino = 1; ino <= 20_000; ino++) {
            use(ino, 1, 0);
        }
        use(1, 1, 0);

        assertThat(files.hottest(Integer.MAX_VALUE))
                .hasSize(16_384)
                .first()
                .isEqualTo(new HotFiles.Use(node(1), 2L * WEIGHT, 0));
    }
}
