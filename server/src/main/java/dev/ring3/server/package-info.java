/**
 * A file server: one volume in a data directory, and the front ends through which it is used.
 *
 * <p>Starts from the inside outwards, the volume, the namespace, the exports, and stops the other way round, so that
 * nobody is served by what is not there. The data directory holds {@code metadata}, the ordered store, which one server at
 * a time owns, and {@code data}, the segments that files' content lies in.
 */
package dev.ring3.server;
