package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.type.MapShape;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program to be verified, with all that its verdict depends on.
 *
 * @param name for messages
 * @param code complete
 * @param order the byte order of the machine that runs it
 * @param type what it is for
 * @param mapsByIndex the maps that wide loads name by index
 * @param mapsByFd the maps that wide loads name by file descriptor
 * @param variables the platform's variables that wide loads name
 * @param hostFunctionNumbers the number in the type's functions of each host function that is called by BTF id
 * @param unavailable instructions that must not be executed, by slot, and why
 * @param license what its object says of its licence; null where nobody asks, as for code that the host makes itself
 */
public record Subject(
        String name,
        BpfCode code,
        ByteOrder order,
        ProgramType type,
        List<MapShape> mapsByIndex,
        Map<Integer, MapShape> mapsByFd,
        Map<Integer, MapShape> variables,
        Map<Integer, Integer> hostFunctionNumbers,
        Map<Integer, String> unavailable,
        @Nullable String license) {
    /** What the kernel takes for compatible with the GPL ({@code include/linux/license.h}). */
    private static final Set<String> GPL_COMPATIBLE =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    public Subject {
        mapsByIndex = List.copyOf(mapsByIndex);
        mapsByFd = Map.copyOf(mapsByFd);
        variables = Map.copyOf(variables);
        hostFunctionNumbers = Map.copyOf(hostFunctionNumbers);
        unavailable = Map.copyOf(unavailable);
    }

    /** A program of which nobody asks for its licence. */
    public Subject(
            String name,
            BpfCode code,
            ByteOrder order,
            ProgramType type,
            List<MapShape> mapsByIndex,
            Map<Integer, MapShape> mapsByFd,
            Map<Integer, MapShape> variables,
            Map<Integer, Integer> hostFunctionNumbers,
            Map<Integer, String> unavailable) {
        this(name, code, order, type, mapsByIndex, mapsByFd, variables, hostFunctionNumbers, unavailable, null);
    }

    /** Whether it may call what is for programs under the GNU General Public License alone. */
    boolean isGplCompatible() {
        return license == null || GPL_COMPATIBLE.contains(license);
    }

    /** A program that uses no maps. */
    public static Subject of(String name, BpfCode code, ProgramType type) {
        return of(name, code, type, List.of());
    }

    /** A program whose maps are known by index. */
    public static Subject of(String name, BpfCode code, ProgramType type, List<MapShape> maps) {
        return new Subject(name, code, ByteOrder.nativeOrder(), type, maps, Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The map that a wide load names, or null. */
    @Nullable
    MapShape map(WideSource source, int number) {
        return switch (source) {
            case MAP_BY_FD, MAP_VALUE_BY_FD -> mapsByFd.get(number);
            case MAP_BY_INDEX, MAP_VALUE_BY_INDEX ->
                number >= 0 && number < mapsByIndex.size() ? mapsByIndex.get(number) : null;
            case VARIABLE -> variables.get(number);
            case IMMEDIATE, CODE -> null;
        };
    }
}
