package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AffinityTest {
    @Test
    void thread_pinnedToOneProcessor_isThereAlone() throws InterruptedException {
        BitSet before = Affinity.ofCallingThread();
        assertThat(before.cardinality()).isPositive();
        BitSet one = new BitSet();
        one.set(before.nextSetBit(0));
        AtomicReference<BitSet> seen = new AtomicReference<>(new BitSet());
        Thread.ofPlatform()
                .start(() -> {
                    Affinity.pinCallingThread(one);
                    seen.set(Affinity.ofCallingThread());
                })
                .join();
        assertThat(seen.get()).isEqualTo(one);
        assertThat(Affinity.ofCallingThread()).as("of another thread").isEqualTo(before);
    }

    @Test
    void thread_pinnedToNone_isRefused() {
        assertThatThrownBy(() -> Affinity.pinCallingThread(new BitSet()))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("sched_setaffinity");
    }
}
