package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;

/** What asks programs before an operation; one for the whole namespace, which knows where each is attached. */
public interface AccessHooks {
    /** Whether any program is attached there, anywhere; asked before each operation, so it must cost nothing. */
    boolean isAttached(HookPoint point);

    /**
     * Asks the programs that cover the inode.
     *
     * @throws FsException with the errno that a program gave, to refuse; the operation then has no effect
     */
    void check(Request request);
}
