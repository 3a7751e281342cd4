package dev.ring3.bpf.object;

import dev.ring3.bpf.insn.BpfCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program that stands alone: its own function first, then all that it calls.
 *
 * @param name the function's name
 * @param section the section that the function came from, which by custom says what the program is for
 * @param code complete, see {@link BpfCode#of}
 * @param functions in the order of {@code code}, which they fill
 * @param lines the source, by slot
 * @param maps which of {@link LinkedObject#maps} it uses, by index
 * @param hostFunctions which of {@link LinkedObject#hostFunctions} it calls, by index
 * @param poisoned instructions that must not be executed, by slot, and why: the host lacks what they need. Each is a
 *     call of helper {@link #POISON}, which no host has
 */
public record LinkedProgram(
        String name,
        String section,
        BpfCode code,
        List<LinkedFunction> functions,
        SourceLines lines,
        Set<Integer> maps,
        Set<Integer> hostFunctions,
        Map<Integer, String> poisoned) {
    /** The helper that a poisoned instruction calls, as libbpf does: "bad relo". */
    public static final int POISON = 0xbad2310;

    public LinkedProgram {
        functions = List.copyOf(functions);
        maps = Set.copyOf(maps);
        hostFunctions = Set.copyOf(hostFunctions);
        poisoned = Map.copyOf(poisoned);
    }

    /** The function that holds a slot. */
    public LinkedFunction functionAt(int slot) {
        LinkedFunction found = functions.getFirst();
        for (LinkedFunction function : functions) {
            if (function.startSlot() <= slot) {
                found = function;
            }
        }
        return found;
    }
}
