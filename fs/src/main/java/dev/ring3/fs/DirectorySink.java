package dev.ring3.fs;

/** Takes the entries of a directory as they are read. */
@FunctionalInterface
public interface DirectorySink {
    /**
     * One entry; its inode can be asked for with {@link FileTree#stat}.
     *
     * @param cookie where to go on after this entry: 63 bits, never 0, 1 or 2; the same at every reading
     * @return whether to go on
     */
    boolean entry(Name name, long cookie, NodeId node, FileType type);
}
