package dev.ring3.bpf;

/**
 * A function whose first argument is a map. Where an engine knows which map that is, it calls what {@link #of} gives: the
 * same for this one map, without finding it first, and short enough to become a part of the program.
 */
public interface MapFunction extends LeafFunction {
    /**
     * This function for one map.
     *
     * @param verified whether the program is: its keys and values are then known to be memory that it may touch
     * @return what does as this function does
     */
    LeafFunction of(BpfMap map, boolean verified);
}
