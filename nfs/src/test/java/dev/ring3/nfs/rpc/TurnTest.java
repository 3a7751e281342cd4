package dev.ring3.nfs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final int THREADS = 6;
    private static final int CALLS = 20_000;

    /** Some calls pass the turn on, some get stuck, most do neither; only one thread may read at any time. */
    @Test
    void turn_isOneThreadsAtATime_whateverCallsDo() throws Exception {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        Turn turn = new Turn();
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(CALLS);
        List<Thread> threads = new ArrayList<>();
        IntStream.range(0, THREADS)
                .mapToObj(number -> Thread.ofPlatform().start(() -> {
                    Random random = new Random(seed + number);
                    Turn.Taker me = new Turn.Taker(Thread.currentThread());
                    turn.await(me);
                    while (true) {
                        if (reading.incrementAndGet() != 1) {
                            together.incrementAndGet();
                        }
                        int call = left.getAndDecrement();
                        reading.decrementAndGet();
                        if (call <= 0) {
                            turn.leave(me);
                            return;
                        }
                        work(turn, me, random.nextInt(1000));
                        turn.await(me);
                    }
                }))
                .forEach(threads::add);
        for (Thread thread : threads) {
            thread.join();
        }
        turn.close();
        assertThat(together.get())
                .as("replay: -Dring3.seed=%d TurnTest#turn_isOneThreadsAtATime_whateverCallsDo", seed)
                .isZero();
    }

    private static void work(Turn turn, Turn.Taker me, int kind) {
        turn.begin(me);
        if (kind < 100) {
            turn.passOn(me);
            turn.passOn(me);
        } else if (kind < 102) {
            LockSupport.parkNanos(20_000_000); // longer than is watched
        }
        turn.end(me);
    }
}
