/**
 * The stream in which a snapshot travels: a header, frames, an end. It says what a snapshot is, or how it differs from an
 * earlier one, in terms of inodes: names go first, then inodes with their data, then names come. Inodes keep their
 * numbers, so an increment needs nothing but the snapshot that it builds on, and can be made from any position on.
 *
 * <p>{@code docs/send-format.md} is the format; {@link dev.ring3.fs.transfer.FrameLayout} encodes and decodes it. What
 * makes and applies streams is in {@code dev.ring3.fs.volume}.
 */
package dev.ring3.fs.transfer;
