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
 * @param maps the maps it was given
 * @param packetLoads the slots of loads that were rewritten to load an address of the packet, see {@link ContextLayout}
 * @param regions the memory it may touch besides stack, context and packet
 * @param lineOfSlot the source line or the instruction at a slot, for messages
 * @param proof what the verifier found
 */
public record ProgramImage(
        String name,
        BpfCode code,
        Map<Integer, Long> wideValues,
        HostFunctions functions,
        Map<Integer, Integer> hostFunctionNumbers,
        BoundMaps maps,
        Set<Integer> packetLoads,
        List<MemoryRegion> regions,
        IntFunction<String> lineOfSlot,
        Proof proof) {
    /**
     * What is proven of a program.
     *
     * @param insnsMax an upper bound for the instructions of a run, if no loop of it is one that the runtime bounds
     *     ({@code may_goto}, iterators, callbacks): the verifier walked every other loop to its end. 0 if nothing is
     *     proven, not even that it touches only what is its own.
     * @param contextFields the names of the fields of its context that it can touch
     */
    public record Proof(long insnsMax, Set<String> contextFields) {
        /** The program was not verified. */
        public static final Proof NONE = new Proof(0, Set.of());

        public Proof {
            contextFields = Set.copyOf(contextFields);
        }

        boolean isVerified() {
            return insnsMax > 0;
        }
    }

    public ProgramImage {
        wideValues = Map.copyOf(wideValues);
        hostFunctionNumbers = Map.copyOf(hostFunctionNumbers);
        packetLoads = Set.copyOf(packetLoads);
        regions = List.copyOf(regions);
    }
}
