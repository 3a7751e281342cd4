package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfMap;
import org.jspecify.annotations.Nullable;

/** The maps of a runtime by what programs have as pointers to them. */
public interface MapOfPointer {
    /** The map of a pointer, or null if it stands for none, or for one that was closed. */
    @Nullable
    BpfMap map(long pointer);

    /** The map of a pointer that a run has looked up and keeps until it ends, although it may have been closed since. */
    @Nullable
    BpfMap granted(long pointer);
}
