package dev.ring3.bpf;

import java.util.List;
import java.util.Map;

/**
 * What the wide loads of a program stand for where it is not an object file that says so (RFC 9669 section 5.4).
 *
 * @param mapsByFd the maps that the program knows by file descriptor; any numbers will do
 * @param mapsByIndex the program's own list of maps
 * @param variables the platform's variables by number: the first value of each map
 */
public record Bindings(Map<Integer, BpfMap> mapsByFd, List<BpfMap> mapsByIndex, Map<Integer, ArrayMap> variables) {
    /** Nothing bound: plain 64-bit numbers and functions only. */
    public static final Bindings NONE = new Bindings(Map.of(), List.of(), Map.of());

    public Bindings {
        mapsByFd = Map.copyOf(mapsByFd);
        mapsByIndex = List.copyOf(mapsByIndex);
        variables = Map.copyOf(variables);
    }
}
