package dev.ring3.fs.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OpenTableTest {
    private static final NodeId FILE = new NodeId(SubvolumeId.FIRST, new Ino(10));
    private static final Client MOUNT = new Client(Client.Origin.FUSE, 1);
    private static final Client FIRST = new Client(Client.Origin.NFS, 1);
    private static final Client SECOND = new Client(Client.Origin.NFS, 2);

    private final OpenTable table = new OpenTable();
    private final List<Lease> recalled = new ArrayList<>();

    @Test
    void open_thatDeniesNothing_goesBesideOthers() {
        opened(MOUNT, Use.BOTH);
        opened(FIRST, Use.WRITE);

        assertThat(table.count(FILE)).isEqualTo(2);
    }

    @Test
    void open_ofWhatAnotherDenies_isDenied_whateverTheFrontEnd() {
        OpenEntry denying = opened(FIRST, new Sharing(Use.READ, Use.WRITE));

        assertThat(table.open(FILE, MOUNT, Sharing.of(Use.BOTH))).isEqualTo(new OpenResult.Denied(denying));
        opened(MOUNT, Use.READ);
    }

    @Test
    void open_thatDeniesWhatAnotherDoes_isDenied() {
        OpenEntry writing = opened(MOUNT, Use.WRITE);

        assertThat(table.open(FILE, FIRST, new Sharing(Use.READ, Use.BOTH))).isEqualTo(new OpenResult.Denied(writing));
        table.close(writing);
        opened(FIRST, new Sharing(Use.READ, Use.BOTH));
    }

    @Test
    void change_toWhatAnotherDenies_isDenied_andToLessIsNot() {
        OpenEntry entry = opened(FIRST, Use.READ);
        OpenEntry denying = opened(SECOND, new Sharing(Use.READ, Use.WRITE));

        assertThat(table.change(entry, Sharing.of(Use.BOTH))).isEqualTo(new OpenResult.Denied(denying));
        assertThat(entry.sharing()).isEqualTo(Sharing.of(Use.READ));
        assertThat(table.change(denying, Sharing.of(Use.READ))).isEqualTo(new OpenResult.Opened(denying));
        assertThat(table.change(entry, Sharing.of(Use.BOTH))).isEqualTo(new OpenResult.Opened(entry));
    }

    @Test
    void enter_passesByWhatOthersDeny() {
        opened(FIRST, new Sharing(Use.READ, Use.BOTH));

        assertThat(table.enter(FILE, MOUNT, Use.WRITE)).isInstanceOf(OpenResult.Opened.class);
    }

    @Test
    void lease_toRead_stopsWriters_untilItIsGivenBack() {
        Lease lease = granted(FIRST, LeaseKind.READ);
        opened(MOUNT, Use.READ);
        assertThat(recalled).isEmpty();

        Recall recall = leased(table.open(FILE, MOUNT, Sharing.of(Use.WRITE)));
        assertThat(recalled).containsExactly(lease);
        assertThat(recall.isClear()).isFalse();
        table.endLease(lease);

        assertThat(recall.isClear()).isTrue();
        opened(MOUNT, Use.WRITE);
    }

    @Test
    void lease_isRecalledOnce_howeverManyMeetIt() {
        Lease lease = granted(FIRST, LeaseKind.READ);
        Recall one = leased(table.enter(FILE, MOUNT, Use.WRITE));
        Recall two = leased(table.open(FILE, SECOND, Sharing.of(Use.WRITE)));

        assertThat(recalled).containsExactly(lease);
        table.endLease(lease);
        assertThat(one.isClear()).isTrue();
        assertThat(two.isClear()).isTrue();
    }

    @Test
    void lease_toWrite_stopsReadersToo_butNotItsHolder() {
        granted(FIRST, LeaseKind.WRITE);

        opened(FIRST, Use.BOTH);
        assertThat(recalled).isEmpty();
        leased(table.enter(FILE, MOUNT, Use.READ));
        assertThat(recalled).hasSize(1);
    }

    @Test
    void lease_besideConflictingOpens_isNotGranted() {
        OpenEntry writing = opened(MOUNT, Use.WRITE);

        assertThat(lease(FIRST, LeaseKind.READ)).isNull();
        table.close(writing);
        opened(MOUNT, Use.READ);
        assertThat(lease(FIRST, LeaseKind.WRITE)).isNull();
        granted(FIRST, LeaseKind.READ);
        granted(SECOND, LeaseKind.READ);
        assertThat(lease(SECOND, LeaseKind.READ)).isNull();
    }

    @Test
    void lease_whileSomebodyWaitsForOne_isNotGranted() {
        Lease lease = granted(FIRST, LeaseKind.READ);
        leased(table.enter(FILE, MOUNT, Use.WRITE));

        assertThat(lease(SECOND, LeaseKind.READ)).isNull();
        table.endLease(lease);
        granted(SECOND, LeaseKind.READ);
    }

    @Test
    void closeClient_endsItsOpensAndLeases() {
        opened(FIRST, new Sharing(Use.READ, Use.READ));
        granted(FIRST, LeaseKind.READ);
        Recall recall = leased(table.enter(FILE, MOUNT, Use.WRITE));

        table.closeClient(FIRST);

        assertThat(recall.isClear()).isTrue();
        opened(MOUNT, Use.BOTH);
        assertThat(table.leases()).isEmpty();
        assertThat(table.entries()).hasSize(1);
    }

    @Test
    void whenClear_runsOnce_onWhoEndsTheLease() {
        Lease lease = granted(FIRST, LeaseKind.WRITE);
        AtomicInteger runs = new AtomicInteger();
        leased(table.enter(FILE, MOUNT, Use.WRITE)).whenClear().thenRun(runs::incrementAndGet);

        table.endLease(lease);
        table.endLease(lease);

        assertThat(runs).hasValue(1);
    }

    /** Two that deny each other, from two threads: never both at once, and at last nothing is left. */
    @Test
    void open_fromManyThreads_neverAdmitsTwoThatDenyEachOther() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger violations = new AtomicInteger();
        AtomicInteger passes = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            Client client = new Client(Client.Origin.NFS, thread);
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (table.open(FILE, client, new Sharing(Use.WRITE, Use.BOTH))
                            instanceof OpenResult.Opened(OpenEntry entry)) {
                        violations.addAndGet(inside.incrementAndGet() - 1);
                        passes.incrementAndGet();
                        inside.decrementAndGet();
                        table.close(entry);
                    }
                }
                done.countDown();
            });
        }
        done.await();

        assertThat(violations).hasValue(0);
        assertThat(passes.get()).isPositive();
        assertThat(table.entries()).isEmpty();
    }

    private OpenEntry opened(Client client, Use access) {
        return opened(client, Sharing.of(access));
    }

    private OpenEntry opened(Client client, Sharing sharing) {
        OpenResult result = table.open(FILE, client, sharing);
        assertThat(result).isInstanceOf(OpenResult.Opened.class);
        return ((OpenResult.Opened) result).entry();
    }

    private static Recall leased(OpenResult result) {
        assertThat(result).isInstanceOf(OpenResult.Leased.class);
        return ((OpenResult.Leased) result).recall();
    }

    private Lease granted(Client client, LeaseKind kind) {
        return Objects.requireNonNull(lease(client, kind), "no lease");
    }

    private @Nullable Lease lease(Client client, LeaseKind kind) {
        return table.lease(FILE, client, kind, recalled::add);
    }
}
