package dev.ring3.bpf.engine;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.insn.BpfCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A program as an engine takes it: code, and what everything in it that is not code stands for. Immutable.
 *
 * @param name for messages
 * @param code complete and valid
 * @param wideValues what each wide load loads, by its slot
 * @param functions the helpers it may call
 * @param hostFunctionNumbers the number in {@code functions} of each host function that the code calls by BTF id
 * @param mapPointers the maps it was given, by what it has as pointers to them
 * @param packetLoads the slots of loads that were rewritten to load an address of the packet, see {@link ContextLayout}
 * @param regions the memory it may touch besides stack, context and packet
 * @param lineOfSlot the source line or the instruction at a slot, for messages
 */
public record ProgramImage(
        String name,
        BpfCode code,
        Map<Integer, Long> wideValues,
        HostFunctions functions,
        Map<Integer, Integer> hostFunctionNumbers,
        MapPointers mapPointers,
        Set<Integer> packetLoads,
        List<MemoryRegion> regions,
        IntFunction<String> lineOfSlot) {
    public ProgramImage {
        wideValues = Map.copyOf(wideValues);
        hostFunctionNumbers = Map.copyOf(hostFunctionNumbers);
        packetLoads = Set.copyOf(packetLoads);
        regions = List.copyOf(regions);
    }
}
