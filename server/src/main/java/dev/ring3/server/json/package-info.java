/**
 * JSON (RFC 8259) as the API and the commands speak it: values, text, and a reader that bounds what it takes.
 *
 * <p>Our own and small on purpose: values are built by name, nothing is mapped onto classes, so that there is no
 * reflection, and what an answer looks like stands where it is made.
 */
package dev.ring3.server.json;
