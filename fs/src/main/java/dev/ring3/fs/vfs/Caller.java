package dev.ring3.fs.vfs;

import dev.ring3.fs.lock.Client;

/**
 * Who asks for something, and through what.
 *
 * @param client whose opens, locks and leases are the caller's own
 * @param process the process id on this machine, 0 where there is none
 * @param pidfsId the id in pidfs of that process, which is never reused; 0 where it is not known
 * @param cgroup the id of its control group, 0 where it is not known
 * @param address of a remote client, empty for this machine
 * @param patience what to do when another client's lease has to be called back first
 */
public record Caller(
        Credentials credentials,
        Client client,
        int process,
        long pidfsId,
        long cgroup,
        String address,
        Patience patience) {
    /** What a caller does that meets a lease. */
    public enum Patience {
        /** Waits, at most {@link Vfs#LEASE_WAIT_SECONDS_MAX}. */
        WAIT,
        /** Wants to be told to come again ({@link dev.ring3.fs.DelayException}). */
        COME_AGAIN
    }

    /** A caller inside this process who waits. */
    public static Caller local(Credentials credentials) {
        return new Caller(credentials, new Client(Client.Origin.LOCAL, 0), 0, 0, 0, "", Patience.WAIT);
    }
}
