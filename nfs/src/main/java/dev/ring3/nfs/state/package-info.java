/**
 * What NFS remembers of its clients: who they are, their sessions with the replies that may be asked for again, and the
 * stateids that name their opens, locks and delegations.
 *
 * <p><b>Clients.</b> {@link dev.ring3.nfs.state.ClientTable} knows them by id and by the name that they give themselves,
 * NFSv4.0 and 4.1 apart. A client that was silent for a lease is kept, with all that it holds, until somebody wants what
 * conflicts, or the time of courtesy is over. {@link dev.ring3.nfs.state.ClientRecords} is the file from which a server
 * that starts again learns who may claim what it held; while {@link dev.ring3.nfs.state.Grace} lasts nobody else gets
 * anything new.
 *
 * <p><b>Sessions.</b> A {@link dev.ring3.nfs.state.Slot} runs one call at a time and keeps its answer, so that a call that
 * comes again is not done again (RFC 8881, section 2.10.6).
 *
 * <p><b>Locking.</b> In this order: the client table's lock; a client's lock, which guards its owners and the seqids of its
 * states; a slot's monitor. The tables of {@code dev.ring3.fs.lock} and {@code Vfs} are called with none of them held but
 * a client's, and that only to change or close what is open, which does not wait.
 */
package dev.ring3.nfs.state;
