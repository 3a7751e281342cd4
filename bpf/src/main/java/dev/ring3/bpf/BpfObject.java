package dev.ring3.bpf;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.MapSpec;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.RejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The programs and maps of one object file, loaded: what compilers write with {@code -target bpf}.
 *
 * <p>Closing it closes them; runs that began finish, then the memory is freed. Maps with {@code LIBBPF_PIN_BY_NAME} are
 * shared with other objects of the runtime, and stay until {@link BpfRuntime#unpin}.
 */
public final class BpfObject implements AutoCloseable {
    private final BpfRuntime runtime;
    private final boolean ownsRuntime;
    private final Map<String, BpfProgram> programs;
    private final Map<String, BpfMap> maps;
    private final LinkedObject linked;

    BpfObject(
            BpfRuntime runtime,
            boolean ownsRuntime,
            List<BpfProgram> programs,
            Map<String, BpfMap> maps,
            LinkedObject linked) {
        this.linked = linked;
        this.runtime = runtime;
        this.ownsRuntime = ownsRuntime;
        this.programs = programs.stream()
                .collect(Collectors.toMap(BpfProgram::name, program -> program, (a, _) -> a, LinkedHashMap::new));
        this.maps = new LinkedHashMap<>(maps);
    }

    /**
     * Loads an object into a runtime of its own, which is closed with it.
     *
     * @throws IOException if the file cannot be read
     * @throws ObjectException if it is malformed, or asks for what this runtime does not have
     * @throws RejectedException if a program in it is not safe
     * @throws BpfMemoryException if there is no memory for its maps
     */
    public static BpfObject load(Path file, ProgramType type) throws IOException {
        return load(BpfObjectFile.read(file), type, LinkOptions.none());
    }

    /** Loads an object from memory, see {@link #load(Path, ProgramType)}. */
    public static BpfObject load(byte[] file, ProgramType type) {
        return load(BpfObjectFile.parse(file), type, LinkOptions.none());
    }

    /** Loads an object that was read before, linked for a host, see {@link #load(Path, ProgramType)}. */
    public static BpfObject load(BpfObjectFile file, ProgramType type, LinkOptions host) {
        BpfRuntime runtime = BpfRuntime.create();
        try {
            return new ObjectLoader(runtime, type).load(file, host, true);
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /**
     * The program of a name, which is that of its function.
     *
     * @throws IllegalArgumentException if there is none
     */
    public BpfProgram program(String name) {
        return require(programs, name, "program");
    }

    /**
     * The section that a program came from, which says what it is for: {@code fs/open}.
     *
     * @throws IllegalArgumentException if there is no such program
     */
    public String section(String program) {
        BpfProgram _ = program(program);
        return linked.program(program).orElseThrow().section();
    }

    /** All programs, in the order of the file. */
    public List<BpfProgram> programs() {
        return List.copyOf(programs.values());
    }

    /**
     * The map of a name; global data is in maps that have the names of their sections.
     *
     * @throws IllegalArgumentException if there is none
     */
    public BpfMap map(String name) {
        return require(maps, name, "map");
    }

    /** All maps, in the order of the file. */
    public List<BpfMap> maps() {
        return List.copyOf(maps.values());
    }

    /** The types that the object has of its programs and maps. */
    public Optional<Btf> types() {
        return linked.btf();
    }

    /**
     * The structure that a map's values are.
     *
     * @throws IllegalArgumentException if there is no such map, or the object does not say that they are a structure
     */
    public StructView valueStruct(String map) {
        return struct(map, "values", MapSpec::valueTypeId);
    }

    /** The structure that a map's keys are, see {@link #valueStruct}. */
    public StructView keyStruct(String map) {
        return struct(map, "keys", MapSpec::keyTypeId);
    }

    /** What a map's keys are, in {@link #types}; empty if the object does not say, or there is no such map. */
    public OptionalInt keyType(String map) {
        return known(linked.map(map).map(MapSpec::keyTypeId).orElse(0));
    }

    /** What a map's values are, see {@link #keyType}. */
    public OptionalInt valueType(String map) {
        return known(linked.map(map).map(MapSpec::valueTypeId).orElse(0));
    }

    private OptionalInt known(int typeId) {
        return typeId == 0 || linked.btf().isEmpty() ? OptionalInt.empty() : OptionalInt.of(typeId);
    }

    private StructView struct(String map, String what, ToIntFunction<MapSpec> typeId) {
        BpfMap _ = require(maps, map, "map");
        MapSpec spec = linked.map(map).orElseThrow();
        int type = typeId.applyAsInt(spec);
        if (linked.btf().isEmpty() || type == 0) {
            throw new IllegalArgumentException(
                    "the object does not say what the %s of map %s are".formatted(what, map));
        }
        return StructView.of(linked.btf().get(), type);
    }

    private static <T> T require(Map<String, T> things, String name, String what) {
        T thing = things.get(name);
        if (thing == null) {
            throw new IllegalArgumentException(
                    "the object has no %s %s, it has %s".formatted(what, name, things.keySet()));
        }
        return thing;
    }

    @Override
    public void close() {
        programs.values().forEach(BpfProgram::close);
        maps.values().forEach(runtime.maps()::release);
        if (ownsRuntime) {
            runtime.close();
        }
    }
}
