package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfMap;
import org.jspecify.annotations.Nullable;

/** The maps of a runtime by what programs have as pointers to them. */
@FunctionalInterface
public interface MapOfPointer {
    /** The map of a pointer, or null if it stands for none. */
    @Nullable
    BpfMap map(long pointer);
}
