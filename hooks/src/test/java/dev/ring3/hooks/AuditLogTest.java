package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final int BYTES_MAX = 64 << 10;

    private final AuditLog log = new AuditLog(BYTES_MAX);

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            log.addText(null, "record " + (log.written() + 1));
        }
    }

    private static List<Long> read(AuditLog.Reader reader, int max) throws InterruptedException {
        return reader.read(max, Duration.ZERO).stream()
                .map(AuditRecord::sequence)
                .toList();
    }

    @Test
    void records_moreThanThereIsRoomFor_goOldestFirst_andAreCounted() throws InterruptedException {
        AuditLog.Reader slow = log.readNew();
        write(10_000);

        List<Long> left = read(slow, Integer.MAX_VALUE);

        assertThat(log.written()).isEqualTo(10_000);
        assertThat(log.forgotten()).isPositive();
        assertThat(left).hasSize((int) (log.written() - log.forgotten())).isSorted();
        assertThat(left.getFirst()).isEqualTo(log.forgotten() + 1);
        assertThat(left.getLast()).isEqualTo(10_000);
        assertThat(slow.lost()).isEqualTo(log.forgotten());
    }

    /** Readers of any pace see each record once, in order, or are told how many they missed. */
    @Test
    void readers_ofAnyPace_missNothingUntold() throws InterruptedException {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        System.out.println("replay: ./check fast -pl hooks -Dtest=AuditLogTest -Dring3.seed=" + seed);
        Random random = new Random(seed);
        AuditLog.Reader reader = log.readAfter(0);
        List<Long> seen = new ArrayList<>();
        long lost = 0;
        for (int i = 0; i < 200; i++) {
            write(random.nextInt(1500));
            List<Long> some = read(reader, 1 + random.nextInt(600));
            if (!some.isEmpty()) {
                long before = seen.isEmpty() ? 0 : seen.getLast();
                assertThat(some.getFirst() - before - 1).isEqualTo(reader.lost() - lost);
                assertThat(some.getLast() - some.getFirst()).isEqualTo(some.size() - 1L);
                seen.addAll(some);
            }
            lost = reader.lost();
        }
        assertThat(lost).as("some were too many").isPositive();
    }
}
