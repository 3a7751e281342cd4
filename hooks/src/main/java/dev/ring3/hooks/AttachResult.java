package dev.ring3.hooks;

/** What became of a wish to attach an object. */
public sealed interface AttachResult {
    /**
     * It is attached.
     *
     * @param replaced whether another object was attached under the name before
     */
    record Attached(AttachmentInfo attachment, boolean replaced) implements AttachResult {}

    /**
     * It is not, and nothing has changed.
     *
     * @param reason in a line: which program, which instruction, what it would do
     * @param log what the verifier knew, in lines: registers, the way to the instruction, a hint; empty if the object did
     *     not come so far
     */
    record Refused(String reason, String log) implements AttachResult {}
}
