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
 * comes again is not done again (RFC 8881, section 2.10.6); for NFSv4.0 that is what {@link dev.ring3.nfs.state.ReplyCache}
 * does.
 *
 * <p><b>Exports that go.</b> {@link dev.ring3.nfs.state.Retraction} takes what clients hold under them.
 *
 * <p><b>Calls to clients.</b> A client is called over its {@link dev.ring3.nfs.state.CallbackPath}: the back channel of one
 * of its sessions, or in 4.0 a connection to it. It is called to give delegations back ({@link
 * dev.ring3.nfs.state.Delegations}), to say what it did to a file that it may write alone ({@link
 * dev.ring3.nfs.state.HeldFiles}), and told that a lock can be had ({@link dev.ring3.nfs.state.LockWaiters}) or a copy has
 * ended ({@link dev.ring3.nfs.state.Copies}). What is not answered is asked again over the next session or connection.
 *
 * <p><b>Locking.</b> In this order: the client table's lock; a client's lock, which guards its owners and the seqids of its
 * states; a slot's monitor. The reply cache's lock and the
 * monitors of callback paths, waiters and copies are leaves. The tables of {@code dev.ring3.fs.lock} and {@code Vfs} are called with none of them held but
 * a client's, and that only to change or close what is open, which does not wait.
 */
package dev.ring3.nfs.state;
