package dev.ring3.nfs;

import dev.ring3.fs.lock.Client;

/**
 * A client of an NFS server, for people to look at.
 *
 * @param id {@code clientid4}
 * @param name as it names itself, with what is no text replaced
 * @param fsClient as the tables of opens, locks and leases name it
 * @param address where it came from first
 * @param firstMinor whether it speaks NFSv4.0
 * @param sessions how many it has; none in NFSv4.0
 * @param openFiles how many it has open
 * @param delegations how many it holds
 * @param reachable whether it can be called back
 * @param lapsed whether it was silent for longer than a lease, so that it loses what somebody else wants
 * @param silentSeconds how long nothing was heard of it
 */
public record NfsClientInfo(
        long id,
        String name,
        Client fsClient,
        String address,
        boolean firstMinor,
        int sessions,
        int openFiles,
        int delegations,
        boolean reachable,
        boolean lapsed,
        long silentSeconds) {}
