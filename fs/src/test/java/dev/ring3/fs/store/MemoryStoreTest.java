package dev.ring3.fs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.testkit.OrderedStoreContract;
import dev.ring3.linux.Errno;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends OrderedStoreContract {
    private static final byte[] KEY = {1};

    private final MemoryMedium medium = MemoryMedium.recording();

    @Override
    protected OrderedStore open() {
        return medium.open("the test");
    }

    @Test
    void secondOwner_fencesTheFirst() {
        OrderedStore first = medium.open("the first");
        OrderedStore second = medium.open("the second");
        assertThatThrownBy(() -> first.write(new Batch().delete(KEY)))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS))
                .hasMessageContaining("the second");
        second.write(new Batch().delete(KEY));
    }

    @Test
    void afterCrash_keepsAPrefix() {
        OrderedStore store = medium.open("the test");
        TransactionId first = store.write(new Batch().put(KEY, new byte[] {1}));
        store.durable(first);
        store.write(new Batch().put(KEY, new byte[] {2}));
        assertThat(medium.lastDurable()).isEqualTo(first);
        OrderedStore after = medium.afterCrash(first).open("after the crash");
        assertThat(after.get(KEY)).containsExactly(1);
        assertThat(store.get(KEY)).containsExactly(2);
        assertThat(after.ownerEpoch()).isGreaterThan(store.ownerEpoch());
    }
}
