package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockCountsTest {
    private final BlockCounts counts = new BlockCounts();

    @Test
    void remove_middleOfSharedRun_freesWhatNobodyElseHas() {
        counts.add(new BlockRun(10, 10));
        counts.add(new BlockRun(13, 4));
        List<BlockRun> freed = new ArrayList<>();

        counts.remove(new BlockRun(10, 10), freed::add);

        assertThat(freed).containsExactly(new BlockRun(10, 3), new BlockRun(17, 3));
        assertThat(counts.count(13)).isEqualTo(1);
        assertThat(counts.used()).isEqualTo(4);
    }

    @Test
    void remove_blockWithoutReference_isOurBug() {
        counts.add(new BlockRun(0, 1));

        assertThat(counts.firstUnreferenced(new BlockRun(0, 2))).isEqualTo(1);
        assertThatThrownBy(() -> counts.remove(new BlockRun(0, 2), _ -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void encode_piece_isThisManyBytes() {
        counts.add(new BlockRun(1024, 1024));
        assertThat(counts.encode(1)).containsExactly(0x80, 0x08, 1);
        counts.add(new BlockRun(1024 + 5, 300));
        assertThat(counts.encode(1)).containsExactly(5, 1, 0xac, 2, 2, 0xcf, 5, 1);
        assertThat(counts.encode(0)).isNull();
    }

    @Test
    void decode_damagedPiece_saysWhere() {
        assertThatThrownBy(() -> counts.decode(0, new byte[] {5, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte 2");
        assertThatThrownBy(() -> counts.decode(0, new byte[] {(byte) 0x81, 8, 1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> counts.decode(0, new byte[] {(byte) 0x80, 8, 1, 0}))
                .hasMessageContaining("byte 3");
    }

    @Test
    void counts_randomRuns_agreeWithAMap() {
        Random random = new Random(3);
        Map<Long, Integer> model = new HashMap<>();
        List<BlockRun> there = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            if (there.size() > 40 || (!there.isEmpty() && random.nextInt(3) == 0)) {
                BlockRun run = there.remove(random.nextInt(there.size()));
                List<Long> freed = new ArrayList<>();
                counts.remove(run, part -> {
                    for (long block = part.start(); block < part.end(); block++) {
                        freed.add(block);
                    }
                });
                List<Long> expected = new ArrayList<>();
                for (long block = run.start(); block < run.end(); block++) {
                    if (model.merge(block, -1, Integer::sum) == 0) {
                        expected.add(block);
                    }
                }
                assertThat(freed).isEqualTo(expected);
            } else {
                BlockRun run = new BlockRun(random.nextInt(3000), 1 + random.nextInt(300));
                there.add(run);
                counts.add(run);
                for (long block = run.start(); block < run.end(); block++) {
                    model.merge(block, 1, Integer::sum);
                }
            }
        }
        BlockCounts copy = new BlockCounts();
        counts.forEachPiece(piece -> copy.decode(piece, java.util.Objects.requireNonNull(counts.encode(piece))));
        for (long block = 0; block < 4000; block++) {
            assertThat(copy.count(block)).isEqualTo(model.getOrDefault(block, 0));
        }
        assertThat(copy.usedRuns().stream().mapToLong(BlockRun::blocks).sum()).isEqualTo(counts.used());
    }
}
