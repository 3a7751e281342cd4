/**
 * Who is let in. The address that a request came from proves nothing, not even on loopback: any page in a browser and any
 * user of the machine gets there. So everything that shows or changes data wants a credential:
 *
 * <ul>
 *   <li>a process at the Unix socket is who the kernel says it is: the server's own user, or root;
 *   <li>a browser has a cookie, for which a one-time URL was exchanged that the server printed;
 *   <li>anything else has a token, of which the server keeps a hash.
 * </ul>
 *
 * <p>Requests through TCP have to name a host that is ours, which a page that had its own name resolved to our address does
 * not (DNS rebinding). A cookie is sent by the browser whoever made it ask, so requests with one have to show that it was
 * a page of ours (CSRF): by Origin, by Sec-Fetch-Site, and for changes by a header that no foreign page can set.
 */
package dev.ring3.server.access;
