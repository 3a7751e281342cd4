package dev.ring3.fs.lock;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who has one file open, or a lease on it. Every method wants the file's lock in the {@link OpenTable}. */
final class FileOpens {
    /** Somebody who waits for leases to be given back. */
    private record Waiting(Client client, Sharing sharing, Recall recall) {}

    private final List<OpenEntry> entries = new ArrayList<>(1);
    private final List<Lease> leases = new ArrayList<>(0);
    private final List<Waiting> waiting = new ArrayList<>(0);

    List<OpenEntry> entries() {
        return entries;
    }

    List<Lease> leases() {
        return leases;
    }

    boolean isEmpty() {
        return entries.isEmpty() && leases.isEmpty() && waiting.isEmpty();
    }

    /** The first other open that denies what is asked for, or does what shall be denied. */
    @Nullable
    OpenEntry firstDenying(@Nullable OpenEntry self, Sharing sharing) {
        for (OpenEntry entry : entries) {
            if (entry != self && entry.sharing().conflictsWith(sharing)) {
                return entry;
            }
        }
        return null;
    }

    /**
     * Marks the leases that stand in the way as recalled.
     *
     * @param recalled takes those that were not before
     * @return null where none does
     */
    @Nullable
    Recall recallFor(Client client, Sharing sharing, List<Lease> recalled) {
        boolean inTheWay = false;
        for (Lease lease : leases) {
            if (standsInTheWay(lease, client, sharing)) {
                inTheWay = true;
                if (lease.markRecalled()) {
                    recalled.add(lease);
                }
            }
        }
        if (!inTheWay) {
            return null;
        }
        Recall recall = new Recall();
        waiting.add(new Waiting(client, sharing, recall));
        return recall;
    }

    boolean admitsLease(Client client, LeaseKind kind) {
        return waiting.isEmpty()
                && entries.stream()
                        .allMatch(entry -> entry.client().equals(client) || !kind.conflictsWith(entry.sharing()))
                && leases.stream()
                        .noneMatch(lease -> lease.client().equals(client)
                                || lease.isRecalled()
                                || lease.kind().conflictsWith(kind));
    }

    /** Takes out the recalls that nothing stands in the way of any more. */
    List<Recall> takeClear() {
        List<Recall> clear = new ArrayList<>();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (leases.stream().noneMatch(lease -> standsInTheWay(lease, next.client(), next.sharing()))) {
                all.remove();
                clear.add(next.recall());
            }
        }
        return clear;
    }

    private static boolean standsInTheWay(Lease lease, Client client, Sharing sharing) {
        return !lease.client().equals(client) && lease.kind().conflictsWith(sharing);
    }
}
