package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The open files and the leases of a server, of all its front ends. The package comment says how they work. */
public final class OpenTable {
    // The state of a file is read and changed only inside compute, which holds the lock of its bin.
    private final Map<NodeId, FileOpens> files = new ConcurrentHashMap<>();

    /** Creates a table in which nothing is open. */
    public OpenTable() {}

    /** Opens a file. Never waits. */
    public OpenResult open(NodeId node, Client client, Sharing sharing) {
        return admit(node, client, sharing, System.nanoTime(), opens -> opens.firstDenying(null, sharing));
    }

    /**
     * Stands for an open file while an operation runs that needs none, such as unlink or a write without an open; what
     * others deny does not matter, leases do.
     *
     * @param use {@link Use#WRITE} for what changes the file, its name or its attributes
     * @return never {@link OpenResult.Denied}
     */
    public OpenResult enter(NodeId node, Client client, Use use) {
        return admit(node, client, Sharing.of(use), 0, _ -> null);
    }

    /**
     * Changes what an open file is for: an upgrade by a second open of the same owner, or a downgrade.
     *
     * @return {@link OpenResult.Opened} with the same entry, or why nothing changed
     */
    public OpenResult change(OpenEntry entry, Sharing sharing) {
        List<Lease> recalled = new ArrayList<>();
        OpenResult result = withFile(entry.node(), opens -> {
            OpenEntry denying = opens.firstDenying(entry, sharing);
            if (denying != null) {
                return new OpenResult.Denied(denying);
            }
            Recall recall = opens.recallFor(entry.client(), sharing, recalled);
            if (recall != null) {
                return new OpenResult.Leased(recall);
            }
            entry.setSharing(sharing);
            return new OpenResult.Opened(entry);
        });
        recalled.forEach(Lease::recall);
        return result;
    }

    /** Closes a file; closing it again has no effect. */
    public void close(OpenEntry entry) {
        withFile(entry.node(), opens -> opens.entries().remove(entry));
    }

    /**
     * Asks for a lease.
     *
     * @param whenRecalled is told, once, that somebody wants it back; it must not block
     * @return null where others have the file open, or a lease on it, that conflicts, where somebody waits for one to be
     *     given back, or where the client has one already
     */
    public @Nullable Lease lease(NodeId node, Client client, LeaseKind kind, Consumer<Lease> whenRecalled) {
        return withFile(node, opens -> {
            if (!opens.admitsLease(client, kind)) {
                return null;
            }
            Lease lease = new Lease(node, client, kind, whenRecalled);
            opens.leases().add(lease);
            return lease;
        });
    }

    /** Ends a lease: its holder gave it back, or did not in time. Ending it again has no effect. */
    public void endLease(Lease lease) {
        List<Recall> clear = new ArrayList<>();
        withFile(lease.node(), opens -> {
            opens.leases().remove(lease);
            clear.addAll(opens.takeClear());
            return true;
        });
        clear.forEach(Recall::setClear);
    }

    /** Closes all that a client has open, and ends its leases; when the client is gone. */
    public void closeClient(Client client) {
        for (NodeId node : List.copyOf(files.keySet())) {
            List<Recall> clear = new ArrayList<>();
            withFile(node, opens -> {
                opens.entries().removeIf(entry -> entry.client().equals(client));
                opens.leases().removeIf(lease -> lease.client().equals(client));
                clear.addAll(opens.takeClear());
                return true;
            });
            clear.forEach(Recall::setClear);
        }
    }

    /** Wants every lease back that is not asked for yet. Nobody waits for it, so new ones may be given meanwhile. */
    public void recallAll() {
        for (Lease lease : leases()) {
            boolean first = withFile(lease.node(), opens -> opens.leases().contains(lease) && lease.markRecalled());
            if (first) {
                lease.recall();
            }
        }
    }

    /** The open files of every client: a copy, for people to look at. */
    public List<OpenEntry> entries() {
        return collect(opens -> opens.entries().stream());
    }

    /** The leases of every client: a copy, for people to look at. */
    public List<Lease> leases() {
        return collect(opens -> opens.leases().stream());
    }

    /** How many have a file open, or pass through it. */
    public int count(NodeId node) {
        return withFile(node, opens -> opens.entries().size());
    }

    private <T> List<T> collect(Function<FileOpens, Stream<T>> part) {
        List<T> all = new ArrayList<>();
        for (NodeId node : List.copyOf(files.keySet())) {
            withFile(node, opens -> all.addAll(part.apply(opens).toList()));
        }
        return all;
    }

    private OpenResult admit(
            NodeId node,
            Client client,
            Sharing sharing,
            long sinceNanos,
            Function<FileOpens, @Nullable OpenEntry> denying) {
        List<Lease> recalled = new ArrayList<>();
        OpenResult result = withFile(node, opens -> {
            OpenEntry holder = denying.apply(opens);
            if (holder != null) {
                return new OpenResult.Denied(holder);
            }
            Recall recall = opens.recallFor(client, sharing, recalled);
            if (recall != null) {
                return new OpenResult.Leased(recall);
            }
            OpenEntry entry = new OpenEntry(node, client, sharing, sinceNanos);
            opens.entries().add(entry);
            return new OpenResult.Opened(entry);
        });
        recalled.forEach(Lease::recall);
        return result;
    }

    /** Does something with a file's state under its lock, and forgets the state if nothing is left in it. */
    private <T extends @Nullable Object> T withFile(NodeId node, Function<FileOpens, T> action) {
        // One result leaves a lambda that has to return something else.
        List<T> result = new ArrayList<>(1);
        files.compute(node, (_, present) -> {
            FileOpens opens = present == null ? new FileOpens() : present;
            result.add(action.apply(opens));
            return opens.isEmpty() ? null : opens;
        });
        return result.getFirst();
    }
}
