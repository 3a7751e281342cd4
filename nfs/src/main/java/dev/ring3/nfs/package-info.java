/**
 * NFSv4.0, 4.1 and 4.2 over TCP: clients ask, {@link dev.ring3.fs.vfs.Vfs} answers. Protocol in, calls out; what is kept
 * here is what the protocol is about: clients, sessions, and their stateids.
 *
 * <p><b>Rooms.</b> {@code xdr} encodes; {@code rpc} has connections, records and workers; {@code proto} is the vocabulary;
 * {@code state} keeps clients, sessions, opens, locks and delegations, and what of them outlives the server; {@code op}
 * decodes operations, calls, and encodes. A call goes rpc, {@code op.Compounds}, an operation, Vfs.
 *
 * <p><b>Who keeps what.</b> Locks, share reservations and leases are in the tables of {@code dev.ring3.fs.lock}, where
 * other front ends see them; a stateid is this module's name for one. Each NFS client is a {@link
 * dev.ring3.fs.lock.Client} of its own.
 *
 * <p><b>Exports.</b> An {@link dev.ring3.nfs.Export} is a subvolume, with what is nested in it. A handle leads to its
 * subvolume, and the subvolume up to its export; what belongs to none is not reachable, and neither are mounted trees
 * that are no volume.
 *
 * <p><b>Durability.</b> Operations on names, SETATTR and stable writes are durable before they are answered, unless the
 * export says {@code async}: their answers wait for one sync together, once for each COMPOUND; WRITE says how stable it was, and the write verifier changes when unstable data could have
 * been lost.
 */
package dev.ring3.nfs;
