package dev.ring3.nfs.state;

import dev.ring3.fs.FsException;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import dev.ring3.nfs.rpc.Peer;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** All that a server remembers, and the thread that looks at the time. The package comment says how it is locked. */
public final class NfsState implements AutoCloseable {
    private static final Logger LOG = System.getLogger(NfsState.class.getName());
    private static final long TICK_MILLIS = 500;

    private final Vfs vfs;
    private final ClientRecords records;
    private final Grace grace;
    private final ClientTable clients;
    private final StateTable table;
    private final OpenStates opens;
    private final LockStates locks;
    private final Delegations delegations;
    private final HeldFiles heldFiles;
    private final LockWaiters lockWaiters;
    private final Copies copies;
    private final ReplyCache replies = new ReplyCache();
    private final Client nobody;
    private final Duration lease;
    private final Duration courtesy;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * Begins an instance of a server.
     *
     * @throws dev.ring3.fs.FsException EUCLEAN if what the last one left is damaged
     */
    public NfsState(Vfs vfs, Path directory, Duration lease, Duration courtesy) {
        this.vfs = vfs;
        this.lease = lease;
        this.courtesy = courtesy;
        this.records = new ClientRecords(directory);
        this.grace = new Grace(records, vfs.locks(), lease.toNanos());
        this.clients = new ClientTable(vfs, records.instance(), lease.toNanos());
        this.table = new StateTable(records.instance(), clients);
        this.nobody = vfs.newClient(Client.Origin.NFS);
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("nfs-leases").daemon(true).factory());
        this.opens = new OpenStates(this);
        this.locks = new LockStates(this);
        this.delegations = new Delegations(this);
        this.heldFiles = new HeldFiles(this);
        this.lockWaiters = new LockWaiters(this);
        this.copies = new Copies(this);
        var _ = clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    public Vfs vfs() {
        return vfs;
    }

    public Grace grace() {
        return grace;
    }

    public ClientTable clients() {
        return clients;
    }

    public StateTable table() {
        return table;
    }

    public OpenStates opens() {
        return opens;
    }

    public LockStates locks() {
        return locks;
    }

    public Delegations delegations() {
        return delegations;
    }

    public HeldFiles heldFiles() {
        return heldFiles;
    }

    public LockWaiters lockWaiters() {
        return lockWaiters;
    }

    public Copies copies() {
        return copies;
    }

    /** Of NFSv4.0: answers that may be asked for again. */
    public ReplyCache replies() {
        return replies;
    }

    /** Whom operations belong to that name no client. */
    public Client nobody() {
        return nobody;
    }

    public Duration lease() {
        return lease;
    }

    /** Who the server is, over restarts. */
    public byte[] server() {
        return records.server();
    }

    /** What differs when unstable data may have been lost. */
    public long writeVerifier() {
        return records.writeVerifier();
    }

    /** Data that was acknowledged could not be made durable. */
    public void dataLost() {
        records.changeWriteVerifier();
    }

    /** Runs something soon, with no lock held. */
    void soon(Runnable task) {
        try {
            clock.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.log(Logger.Level.DEBUG, "stopped: {0}", e.getMessage());
        }
    }

    /** The client may hold state now, and claim it after a restart. */
    public void record(NfsClient client) {
        if (!client.recorded) {
            records.add(client.recordHash());
            client.recorded = true;
        }
    }

    /** RECLAIM_COMPLETE: the client claims nothing more. */
    public void reclaimComplete(NfsClient client) {
        record(client);
        client.reclaimComplete = true;
        grace.claimed(client);
    }

    /** Refuses a claim; see {@link Grace}. */
    public void requireClaim(NfsClient client) {
        grace.requireClaim(client);
    }

    /** Lets go of all that clients hold that are no longer in the table. */
    public void discard(List<NfsClient> gone) {
        for (NfsClient client : gone) {
            copies.endAll(client);
            lockWaiters.endAll(client);
            opens.closeAll(client);
            delegations.endAll(client);
            vfs.release(client.fsClient());
            table.removeAll(client);
            if (client.recorded && !clients.isNamed(client)) {
                records.remove(client.recordHash());
            }
        }
    }

    /** The clients, for people to look at. */
    public List<NfsClientInfo> clientInfos() {
        Holdings holdings = new Holdings(this);
        return clients.all().stream().map(holdings::info).toList();
    }

    /** What a client holds, for people to look at; nothing for one that is not there. */
    public List<NfsHolding> holdings(long id) {
        NfsClient client = clients.find(id);
        return client == null ? List.of() : new Holdings(this).of(client);
    }

    /** A client that is silent for longer than a lease gives way; whether it did. */
    boolean yields(NfsClient client) {
        boolean removed = clients.remove(client, clients::isLapsed);
        if (removed) {
            LOG.log(Logger.Level.INFO, "client {0} was silent, and gives way to another", client.address());
            discard(List.of(client));
        }
        return removed;
    }

    /** The same for who holds something in the tables of all front ends. */
    public boolean yields(Client holder) {
        return holder.origin() == Client.Origin.NFS
                && clients.all().stream()
                        .filter(client -> client.fsClient().equals(holder))
                        .anyMatch(this::yields);
    }

    /** Ends a client that an administrator wants gone; whether it was there. */
    public boolean evict(Client holder) {
        List<NfsClient> gone = clients.all().stream()
                .filter(client -> client.fsClient().equals(holder))
                .filter(client -> clients.remove(client, _ -> true))
                .toList();
        gone.forEach(client -> LOG.log(Logger.Level.INFO, "client {0} was evicted", client.address()));
        discard(gone);
        return !gone.isEmpty();
    }

    /** Looks at all that clients hold, and takes what is to be taken. */
    public void retract(Retraction.Judge judge) {
        new Retraction(this, judge).run();
    }

    /** A connection ended. */
    public void closed(Peer peer) {
        clients.sessions().forEach(session -> session.closed(peer));
    }

    /** A client may be called, perhaps after it could not be: what it did not hear is said again. */
    public void pathFound(long clientId) {
        NfsClient client = clients.find(clientId);
        if (client != null) {
            pathFound(client);
        }
    }

    /** See {@link #pathFound(long)}. */
    public void pathFound(NfsClient client) {
        soon(() -> delegations.sendAgain(client));
    }

    private void tick() {
        guarded(grace::endIfDue);
        guarded(delegations::tick);
        guarded(lockWaiters::tick);
        guarded(copies::tick);
        guarded(this::expire);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (FsException e) {
            LOG.log(Logger.Level.WARNING, "housekeeping: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a defect of Ring3 in housekeeping", e);
        }
    }

    private void expire() {
        List<NfsClient> gone = new ArrayList<>();
        for (NfsClient client : clients.abandoned()) {
            if (clients.remove(client, still -> !still.confirmed)) {
                gone.add(client);
            }
        }
        long patience = lease.plus(courtesy).toNanos();
        for (NfsClient client : clients.all()) {
            boolean holds = client.hasState();
            boolean due = holds ? client.silentNanos() > patience : clients.isLapsed(client);
            if (due && clients.remove(client, clients::isLapsed)) {
                gone.add(client);
            }
        }
        discard(gone);
    }

    /** Ends it; when everything that was acknowledged is durable the next instance keeps the write verifier. */
    @Override
    public void close() {
        clock.shutdownNow();
        copies.close();
        grace.stop();
        clients.all().forEach(client -> {
            opens.closeAll(client);
            delegations.endAll(client);
            vfs.release(client.fsClient());
            client.setPath(null);
        });
        vfs.files().syncAll(vfs.root());
        records.setClean();
    }
}
