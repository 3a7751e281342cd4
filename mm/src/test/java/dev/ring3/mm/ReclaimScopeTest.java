package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReclaimScopeTest {
    @Test
    void current_noScope_allowsEverythingAndGrantsNothing() {
        HeldScope scope = ReclaimScope.current();
        assertThat(scope).isSameAs(HeldScope.NONE).hasToString("none");
        assertThat(scope.mayEnterFilesystem()).isTrue();
        assertThat(scope.mayDoIo()).isTrue();
        assertThat(scope.mayUseReserve()).isFalse();
        assertThat(scope.neverFails()).isFalse();
        assertThat(scope.reasons()).isEmpty();
    }

    @Test
    void noFs_forbidsTheFilesystemAlone() {
        ReclaimScope.noFs("transaction 17").run(() -> {
            assertThat(ReclaimScope.current().mayEnterFilesystem()).isFalse();
            assertThat(ReclaimScope.current().mayDoIo()).isTrue();
            assertThat(ReclaimScope.current().reasons()).containsExactly("NOFS: transaction 17");
        });
        assertThat(ReclaimScope.current()).isSameAs(HeldScope.NONE);
    }

    @Test
    void noIo_forbidsTheFilesystemToo() {
        ReclaimScope.noIo("device 3").run(() -> {
            assertThat(ReclaimScope.current().mayEnterFilesystem()).isFalse();
            assertThat(ReclaimScope.current().mayDoIo()).isFalse();
        });
    }

    @Test
    void restrictions_nested_onlyTighten() {
        ReclaimScope.noIo("device 3")
                .run(() -> ReclaimScope.noFs("transaction 17").run(() -> {
                    assertThat(ReclaimScope.current().mayDoIo()).isFalse();
                    assertThat(ReclaimScope.current().reasons())
                            .containsExactly("NOIO: device 3", "NOFS: transaction 17");
                    assertThat(ReclaimScope.current()).hasToString("NOIO: device 3 > NOFS: transaction 17");
                }));
    }

    @Test
    void grant_inRestriction_loosensNothing() {
        ReclaimScope.noFs("transaction 17")
                .run(() -> ReclaimScope.memAlloc("writeback").run(() -> {
                    assertThat(ReclaimScope.current().mayEnterFilesystem()).isFalse();
                    assertThat(ReclaimScope.current().mayUseReserve()).isTrue();
                }));
    }

    @Test
    void noFail_namesItsReserve_innermostCounts() {
        try (FrameAllocator frames = FrameAllocator.create(1 << 20)) {
            ReservedFrames outer = frames.reserve("outer", FolioOrder.PAGE, 1);
            ReservedFrames inner = frames.reserve("inner", FolioOrder.PAGE, 1);
            ReclaimScope.noFail("commit", outer).run(() -> {
                assertThat(ReclaimScope.current().neverFails()).isTrue();
                assertThat(ReclaimScope.current().reserve()).isSameAs(outer);
                ReclaimScope.noFail("log", inner)
                        .run(() -> assertThat(ReclaimScope.current().reserve()).isSameAs(inner));
            });
        }
    }

    @Test
    void call_bodyThrows_leavesTheScope() {
        assertThatThrownBy(() -> ReclaimScope.noFs("x").call(() -> {
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class);
        assertThat(ReclaimScope.current()).isSameAs(HeldScope.NONE);
        assertThat(ReclaimScope.noFs("x").<Integer, RuntimeException>call(() -> 7))
                .isEqualTo(7);
    }

    @Test
    void scope_heldAsConstant_combinesWithWhereItIsOpened() {
        ReclaimScope noFs = ReclaimScope.noFs("inode lock");
        noFs.run(() -> assertThat(ReclaimScope.current().mayDoIo()).isTrue());
        ReclaimScope.noIo("device 3")
                .run(() -> noFs.run(
                        () -> assertThat(ReclaimScope.current().mayDoIo()).isFalse()));
    }

    @Test
    void restrictions_ofAMixedScope_dropGrants() {
        HeldScope held = ReclaimScope.noFs("a")
                .call(() -> ReclaimScope.memAlloc("b")
                        .call(() -> ReclaimScope.noIo("c").call(() -> ReclaimScope.current())));
        assertThat(held.restrictions().reasons()).containsExactly("NOFS: a", "NOIO: c");
        assertThat(held.restrictions().mayUseReserve()).isFalse();
        assertThat(held.restrictions().mayDoIo()).isFalse();
    }
}
