package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnedDescriptorTest {
    private final FakeSystemCalls kernel = FakeSystemCalls.failingWith(Errno.ENOSYS);
    private final OwnedDescriptor descriptor = new OwnedDescriptor(kernel, 42, "map \"hits\"");

    @Test
    void close_twice_closesOnce() {
        descriptor.close();
        descriptor.close();

        assertThat(kernel.closed).containsExactly(42L);
    }

    @Test
    void use_afterClose_namesTheObject() {
        descriptor.close();

        assertThatThrownBy(() -> descriptor.use(fd -> fd))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("map \"hits\" is closed");
        assertThat(kernel.closed).containsExactly(42L);
    }

    @Test
    void close_duringACall_waitsForItsEnd() {
        int used = descriptor.use(fd -> {
            descriptor.close();
            assertThat(kernel.closed).isEmpty();
            assertThatThrownBy(() -> descriptor.use(other -> other)).isInstanceOf(IllegalStateException.class);
            return fd;
        });

        assertThat(used).isEqualTo(42);
        assertThat(kernel.closed).containsExactly(42L);
    }

    @Test
    void close_duringACallThatThrows_stillCloses() {
        assertThatThrownBy(() -> descriptor.use(_ -> {
                    descriptor.close();
                    throw new IllegalArgumentException("body");
                }))
                .hasMessage("body");

        assertThat(kernel.closed).containsExactly(42L);
    }

    @Test
    void close_racingWithUsers_neverPrecedesOne() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            AtomicLong closed = new AtomicLong();
            OwnedDescriptor raced = new OwnedDescriptor((_, _, _) -> closed.incrementAndGet(), 3, "raced");
            CountDownLatch start = new CountDownLatch(1);
            AtomicLong usedAfterClose = new AtomicLong();
            Thread user = Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                    while (true) {
                        raced.use(_ -> usedAfterClose.addAndGet(closed.get()));
                    }
                } catch (IllegalStateException | InterruptedException e) {
                    // closed: the end of the race
                }
            });
            start.countDown();
            raced.close();
            user.join();

            assertThat(usedAfterClose).hasValue(0);
            assertThat(closed).hasValue(1);
        }
    }

    @Test
    void close_kernelRefuses_throws() {
        SystemCalls refusing = (_, _, _) -> -Errno.EBADF.number();

        assertThatThrownBy(() -> new OwnedDescriptor(refusing, 7, "stolen").close())
                .hasMessage("close: stolen: EBADF (Bad file descriptor)");
    }

    @Test
    void close_interrupted_isDone() {
        SystemCalls interrupted = (_, _, _) -> -Errno.EINTR.number();

        new OwnedDescriptor(interrupted, 7, "slow").close();
    }
}
