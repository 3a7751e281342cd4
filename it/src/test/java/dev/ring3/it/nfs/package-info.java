/**
 * NFSv4 as clients see it. The project's own client ({@link dev.ring3.it.nfs.Client41}, {@link dev.ring3.it.nfs.Client40}) is
 * written from the RFCs and shares nothing with the server: what the two agree on, they found in the same text. A suite of small
 * tests, by operation, holds the server to it; the same suite runs against nfs-ganesha with
 * {@code -Dring3.nfs.server=ganesha}, which is how a wrong test is told from a wrong server.
 */
@NullMarked
package dev.ring3.it.nfs;

import org.jspecify.annotations.NullMarked;
