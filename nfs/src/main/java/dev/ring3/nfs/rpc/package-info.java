/**
 * ONC RPC version 2 over TCP (RFC 5531), both ways on one connection: clients call us, and we call them back where a
 * session has its back channel.
 *
 * <p><b>Why not a library.</b> oncrpc4j was looked at. Ours needs record marking, one flavour of credentials, replies
 * written from a buffer that the file's data was read into, and back-pressure counted in bytes; that is these few
 * classes, against one dependency more under every byte that strangers send. RPCSEC_GSS, which the library has, is not
 * offered.
 *
 * <p><b>Wire.</b> A record is fragments, each after a u32: the top bit marks the last one, the others are its length
 * ({@link dev.ring3.nfs.rpc.RecordAssembler}). A record begins with xid u32 and 0 for a call, 1 for a reply.
 *
 * <p><b>TLS</b> (RFC 9289). A NULL call with the flavour AUTH_TLS is answered with {@code STARTTLS}; what comes after it on
 * that connection goes through a {@link dev.ring3.nfs.rpc.TlsChannel}, the JDK's engine between records and socket. Calls
 * back go the same way. Where it is required, calls in clear from other machines are refused ({@link
 * dev.ring3.nfs.rpc.TlsPolicy}).
 *
 * <p><b>Calling clients of NFSv4.0</b>, which have no back channel: {@link dev.ring3.nfs.rpc.OutboundConnection} is opened
 * to where they said that they listen, and used as the others are.
 *
 * <p><b>Threads.</b> A bounded pool of platform threads. One of them at a time has the turn ({@link
 * dev.ring3.nfs.rpc.Turn}): it waits for all sockets, takes a whole call, works on it, writes the answer to the socket, and
 * takes the next. A call that ends at once, as most do, thus costs no change of threads. Before a call waits for a disk, or
 * moves much data, it passes the turn on to the worker that was idle for the shortest time; from a call that turns out to
 * take long the turn is taken. So an idle connection costs a socket and a small object, and none keeps others waiting.
 * A program may take an answer and let it leave later ({@link dev.ring3.nfs.rpc.LateAnswer}), with no thread that waits.
 *
 * <p><b>Buffers.</b> Each worker has one to read into, whose content goes with the turn, and one for its answer. A call lies
 * where it was read; a long one (data to write) gets a buffer of its own as soon as some of it has come, and the rest is read
 * to there. What of an answer the socket does not take at once is copied, and sent by who reads when there is room.
 *
 * <p><b>Limits</b> ({@link dev.ring3.nfs.rpc.RpcLimits}). A record has a greatest length, checked at its first four bytes;
 * its memory grows with what arrives. A connection whose calls and unsent answers take too many bytes is not read from
 * until they are fewer, and so are all when the server's are; one that does not finish a record, or does not take its
 * answers, is closed.
 *
 * <p><b>Locking.</b> A connection's lock guards its unsent answers and what the selector is asked for; it is a leaf.
 */
package dev.ring3.nfs.rpc;
