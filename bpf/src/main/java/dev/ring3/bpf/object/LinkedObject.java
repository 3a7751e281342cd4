package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * An object linked for a host.
 *
 * @param license what the object says of its license, or the empty string
 * @param order the byte order of code and data
 * @param programs in the order of their sections and places
 * @param maps all maps, also those that no program uses; programs refer to them by index
 * @param hostFunctions the functions that programs call in the host: a {@code CallHost} has 1 plus the index
 * @param btf the object's types, which ids refer to
 */
public record LinkedObject(
        String license,
        ByteOrder order,
        List<LinkedProgram> programs,
        List<MapSpec> maps,
        List<String> hostFunctions,
        Optional<Btf> btf) {
    public LinkedObject {
        programs = List.copyOf(programs);
        maps = List.copyOf(maps);
        hostFunctions = List.copyOf(hostFunctions);
    }

    /** The program of a name. */
    public Optional<LinkedProgram> program(String name) {
        return programs.stream().filter(program -> program.name().equals(name)).findFirst();
    }

    /** The map of a name. */
    public Optional<MapSpec> map(String name) {
        return maps.stream().filter(map -> map.name().equals(name)).findFirst();
    }
}
