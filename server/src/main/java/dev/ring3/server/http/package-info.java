/**
 * HTTP/1.1 (RFC 9110, RFC 9112) for the API, the console and the command line: a small engine, and what endpoints are
 * made of.
 *
 * <p>It is our own because one engine has to serve TCP and a Unix socket, whose peers the kernel names, and because its
 * limits have to be its own: the JDK's server knows no Unix socket, and takes limits from properties of the whole JVM.
 *
 * <p><b>Threads.</b> A virtual thread per connection reads a request, waits, and writes the answer; it touches nothing but
 * the socket. Handlers may block in the storage engine, which would pin a carrier, so they run on a bounded pool of
 * platform threads ({@link dev.ring3.server.http.Dispatcher}); a slow client never holds one of these.
 *
 * <p><b>Limits.</b> All are in {@link dev.ring3.server.http.HttpLimits}. Time is kept by one thread that cuts connections
 * whose deadline has passed; each phase of a connection sets the next deadline.
 *
 * <p><b>Order of checks</b> of a request: its form, its host, its origin, who it is from, whether there is such an
 * endpoint, whether that one may use it; only then is its body read.
 */
package dev.ring3.server.http;
