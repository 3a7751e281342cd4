/**
 * A client of NFSv4.1 in this process, so that what the server costs can be measured on machines whose kernel has none, and
 * without the kernel's cache in front of it.
 *
 * <pre>
 * NfsExport      a server for a volume, on a port of its own
 *   NfsClient    one connection with a session of one slot: one call under way at a time
 *     NfsCall    a call, encoded into the client's buffer
 *     NfsReply   its answer, decoded in place
 *   NfsFolder    names in a directory, as the kernel's client asks for them
 *   NfsData      the content of an open file
 * </pre>
 *
 * <p>RFC 8881 has the protocol, RFC 5531 the calls, RFC 4506 their encoding. It does what a measurement needs and nothing
 * else: no callbacks (it asks for no delegations), no recovery, no cache.
 */
package dev.ring3.bench.nfs;
