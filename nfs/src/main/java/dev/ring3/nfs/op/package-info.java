/**
 * The operations of a COMPOUND: each decodes its arguments, calls {@code Vfs} and encodes its results. {@link
 * dev.ring3.nfs.op.Compounds} runs them in order until one fails; {@link dev.ring3.nfs.op.Compound} is what they hand on:
 * the filehandles, the stateid, who calls. An operation fails by an {@link dev.ring3.nfs.proto.NfsException}, a {@link
 * dev.ring3.fs.FsException} or an exception of XDR, and what it had written is taken back then.
 */
package dev.ring3.nfs.op;
