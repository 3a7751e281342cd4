package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PolicyHostTest {
    private final CacheFixture fixture = CacheFixture.quiet(64);
    private final FakeBacking backing = FakeBacking.of(random(200 * PAGE, 1));
    private final AddressSpace file = fixture.open(backing);

    @AfterEach
    void close() {
        fixture.close();
    }

    /** The newest goes first; notes all it is told. */
    private static class MostRecent implements CachePolicy {
        final Set<Integer> live = new LinkedHashSet<>();
        final List<String> told = new ArrayList<>();
        final List<FolioContext> accessed = new ArrayList<>();

        @Override
        public void init(int frameCount, Visits visits) {
            told.add("init");
        }

        @Override
        public void exit() {
            told.add("exit");
        }

        @Override
        public void added(FolioContext folio) {
            assertThat(live.add(folio.frame())).isTrue();
            told.add("added " + folio.page());
        }

        @Override
        public void accessed(FolioContext folio, long thread) {
            accessed.add(folio);
        }

        @Override
        public void removed(FolioContext folio, RemovalReason reason) {
            assertThat(live.remove(folio.frame())).isTrue();
            told.add("removed " + folio.page() + " " + reason);
        }

        @Override
        public int evict(EvictionRequest request, int[] proposals) {
            int count = 0;
            for (int frame : List.copyOf(live).reversed()) {
                if (count < proposals.length && count < request.framesWanted()) {
                    proposals[count++] = frame;
                }
            }
            return count;
        }
    }

    private void readPages(int from, int to) throws IOException {
        for (int page = from; page < to; page++) {
            assertThat(read(file, (long) page * PAGE, PAGE)).hasSize(PAGE);
        }
    }

    @Test
    void attach_liveFolios_areToldAndEvictedByIt() throws IOException {
        readPages(0, 3);
        MostRecent policy = new MostRecent();
        fixture.cache.attach(policy);
        readPages(3, 5);
        assertThat(fixture.cache.reclaim(2)).isEqualTo(2);
        fixture.cache.attach(null);
        readPages(5, 6);
        assertThat(policy.told)
                .containsExactly(
                        "init",
                        "added 0",
                        "added 1",
                        "added 2",
                        "added 3",
                        "added 4",
                        "removed 4 RECLAIM",
                        "removed 3 RECLAIM",
                        "exit");
    }

    @Test
    void evict_underDelivery_fallsBackToTheBuiltIn() throws IOException {
        readPages(0, 10);
        fixture.cache.attach(new MostRecent() {
            @Override
            public int evict(EvictionRequest request, int[] proposals) {
                proposals[0] = -5;
                proposals[1] = 1 << 30;
                return 2; // nonsense
            }
        });
        assertThat(fixture.cache.reclaim(4)).isEqualTo(4);
        assertThat(fixture.cache.statistics().policyShortfalls()).isEqualTo(1);
        assertThat(fixture.cache.statistics().policyFailures()).isZero();
    }

    @Test
    void policy_throws_isDetachedAndTheBuiltInTakesOver() throws IOException {
        readPages(0, 10);
        MostRecent policy = new MostRecent() {
            @Override
            public int evict(EvictionRequest request, int[] proposals) {
                throw new IllegalStateException("a bug");
            }
        };
        fixture.cache.attach(policy);
        assertThat(fixture.cache.reclaim(4)).isEqualTo(4);
        assertThat(fixture.cache.statistics().policyFailures()).isEqualTo(1);
        assertThat(policy.told).endsWith("exit");
        readPages(10, 12);
        assertThat(policy.told).endsWith("exit");
    }

    @Test
    void attach_policyThatThrowsOnItsWayIn_leavesTheOneBefore() throws IOException {
        readPages(0, 3);
        MostRecent before = new MostRecent();
        fixture.cache.attach(before);
        MostRecent other = new MostRecent() {
            @Override
            public void added(FolioContext folio) {
                throw new IllegalStateException("not me");
            }
        };

        assertThatThrownBy(() -> fixture.cache.attach(other)).hasMessage("not me");

        assertThat(other.told).containsExactly("init", "exit");
        readPages(3, 4);
        assertThat(before.told).endsWith("added 3");
        assertThat(fixture.cache.statistics().policyFailures()).isZero();
    }

    @Test
    void policy_failsAfterItWasReplaced_doesNotTakeTheOtherDown() throws IOException {
        MostRecent next = new MostRecent();
        fixture.cache.attach(new MostRecent() {
            @Override
            public boolean admit(FolioContext folio) {
                fixture.cache.attach(next);
                throw new IllegalStateException("late");
            }
        });
        readPages(0, 2);

        assertThat(next.told).endsWith("added 1");
    }

    @Test
    void visits_folioThatWasWritten_isDirtyUntilWrittenBack() throws IOException {
        List<CachePolicy.Visits> looks = new ArrayList<>();
        MostRecent policy = new MostRecent() {
            @Override
            public void init(int frameCount, Visits visits) {
                looks.add(visits);
            }
        };
        fixture.cache.attach(policy);
        readPages(0, 1);
        int frame = policy.live.iterator().next();
        assertThat(looks.getFirst().isDirty(frame)).isFalse();

        CacheFixture.write(file, 0, random(PAGE, 1));
        assertThat(looks.getFirst().isDirty(frame)).isTrue();
        file.sync(file.errorCursor());
        assertThat(looks.getFirst().isDirty(frame)).isFalse();
    }

    @Test
    void accessed_hits_areSampled() throws IOException {
        MostRecent policy = new MostRecent();
        fixture.cache.attach(policy);
        readPages(0, 1);
        for (int i = 0; i < 10 * PageCache.SAMPLE_INTERVAL; i++) {
            readPages(0, 1);
        }
        assertThat(fixture.cache.reclaim(1)).isEqualTo(1);
        assertThat(policy.accessed).hasSizeBetween(9, 11).allMatch(folio -> folio.page() == 0);
    }

    @Test
    void admit_refused_leavesAfterUse() throws IOException {
        fixture.cache.attach(new MostRecent() {
            @Override
            public boolean admit(FolioContext folio) {
                return folio.page() >= 5;
            }
        });
        readPages(0, 10);
        assertThat(file.residency(0, 200L * PAGE))
                .isEqualTo(List.of(new ResidentRange(5L * PAGE, 5L * PAGE, false, false, PAGE)));
        assertThat(fixture.cache.statistics().removals()).containsEntry(RemovalReason.DROP_BEHIND, 5L);
    }

    @Test
    void eviction_dirtyFolios_areRefusedAndStay() throws IOException {
        backing.before(call -> {
            if (call.kind() == FakeBacking.Kind.WRITEBACK) {
                throw new IOException("not now");
            }
        });
        readPages(0, 10);
        for (int page = 0; page < 10; page += 2) {
            CacheFixture.write(file, (long) page * PAGE, random(PAGE, page));
        }
        assertThat(fixture.cache.reclaim(100)).isEqualTo(5);
        assertThat(file.residency(0, 200L * PAGE)).hasSize(5).allMatch(range -> range.dirty() || range.writeback());
    }
}
