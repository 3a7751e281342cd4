package dev.ring3.bpf;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.engine.ProgramImage;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.LinkedProgram;
import dev.ring3.bpf.object.MapSpec;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.verifier.Subjects;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Turns an object file into programs and maps of a runtime; all of it, or nothing. */
final class ObjectLoader {
    /** {@code LIBBPF_PIN_BY_NAME}. */
    private static final int PINNED_BY_NAME = 1;

    private final BpfRuntime runtime;
    private final ProgramType type;
    private final Map<String, BpfMap> maps = new LinkedHashMap<>();
    private final List<BpfProgram> programs = new ArrayList<>();

    ObjectLoader(BpfRuntime runtime, ProgramType type) {
        this.runtime = runtime;
        this.type = type;
    }

    BpfObject load(BpfObjectFile file, LinkOptions host, boolean ownsRuntime) {
        if (file.order() != ByteOrder.nativeOrder()) {
            throw ObjectException.general("the object is %s, and this machine runs %s ones; it can be disassembled"
                    .formatted(text(file.order()), text(ByteOrder.nativeOrder())));
        }
        LinkedObject object =
                file.link(host.withFunctionsByDefault(type.functions().names()));
        try {
            object.maps().forEach(spec -> create(spec, object.btf().orElse(null)));
            Map<Integer, Integer> functions = functions(object);
            object.programs().forEach(program -> create(program, functions, object.license()));
            object.maps().forEach(spec -> fill(spec, object.maps()));
            return new BpfObject(runtime, ownsRuntime, programs, maps, object);
        } catch (RuntimeException e) {
            programs.forEach(BpfProgram::close);
            maps.values().forEach(runtime.maps()::release);
            throw e;
        }
    }

    private static String text(ByteOrder order) {
        return order == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
    }

    private void create(MapSpec spec, @Nullable Btf btf) {
        if (!MapFactory.supports(spec.type())) {
            throw refuse(spec, "type %d%s is not supported".formatted(spec.type(), nameOfUnsupported(spec.type())));
        }
        requireSizes(spec);
        BpfMap map;
        try {
            MapShape shape = Subjects.shape(spec, btf);
            map = spec.pinning() == PINNED_BY_NAME
                    ? runtime.maps().pinned().use(shape, spec.flags(), spec.extra())
                    : runtime.map(shape, spec.flags(), spec.extra());
        } catch (IllegalArgumentException e) {
            throw refuse(spec, String.valueOf(e.getMessage()));
        }
        maps.put(spec.name(), map);
        if (map instanceof ArrayMap array) {
            spec.data().filter(data -> !data.isZero()).ifPresent(data -> array.fill(data.toBytes()));
        }
    }

    /** What Linux has beyond maps that are plain memory or plain programs. */
    private static String nameOfUnsupported(int mapType) {
        return switch (mapType) {
            case 26 -> " (struct_ops)";
            case 33 -> " (arena)";
            default -> "";
        };
    }

    private static void requireSizes(MapSpec spec) {
        boolean indexed = spec.type() == MapSpec.TYPE_ARRAY
                || spec.type() == MapSpec.TYPE_PROGRAM_ARRAY
                || spec.type() == PerCpuArrayMap.TYPE;
        if (indexed && spec.keyBytes() != Integer.BYTES) {
            throw refuse(spec, "keys of %d bytes, an array has keys of 4".formatted(spec.keyBytes()));
        }
        if (spec.keyBytes() > Integer.MAX_VALUE
                || spec.valueBytes() > Integer.MAX_VALUE
                || spec.maxEntries() > Integer.MAX_VALUE
                || (spec.maxEntries() == 0) != hasNoSize(spec.type())) {
            throw refuse(
                    spec,
                    "%d entries of %d bytes, both are from 1 to %d"
                            .formatted(spec.maxEntries(), spec.valueBytes(), Integer.MAX_VALUE));
        }
    }

    /** Whether maps of a type do not say how many entries they have. */
    private static boolean hasNoSize(int type) {
        return type == LocalStorageMap.TYPE_INODE || type == LocalStorageMap.TYPE_TASK;
    }

    private static ObjectException refuse(MapSpec spec, String problem) {
        return ObjectException.general("map %s: %s".formatted(spec.name(), problem));
    }

    /** The numbers of the functions that the object calls by name; one that the type lacks faults when it is called. */
    private Map<Integer, Integer> functions(LinkedObject object) {
        Map<Integer, Integer> numbers = new HashMap<>();
        for (int i = 0; i < object.hostFunctions().size(); i++) {
            String name = object.hostFunctions().get(i);
            OptionalInt number = type.functions().number(name);
            if (number.isEmpty()) {
                throw ObjectException.general("programs of type %s have no function %s".formatted(type.name(), name));
            }
            numbers.put(i + 1, number.getAsInt()); // a CallHost has 1 plus the index
        }
        return numbers;
    }

    private void create(LinkedProgram program, Map<Integer, Integer> functions, String license) {
        Bindings bindings = new Bindings(Map.of(), List.copyOf(maps.values()), Map.of());
        programs.add(runtime.program(new ProgramSource(
                program.name(),
                program.code(),
                type,
                bindings,
                functions,
                program.poisoned(),
                slot -> line(program, slot),
                false,
                Map.of(),
                ProgramImage.Proof.NONE,
                license)));
    }

    /** What stands at a slot: why it must not run, or its source line, or the instruction. */
    private static String line(LinkedProgram program, int slot) {
        String poison = program.poisoned().get(slot);
        if (poison != null) {
            return poison;
        }
        return program.lines()
                .at(slot)
                .map(ObjectLoader::text)
                .orElseGet(() -> program.code().isInsn(slot)
                        ? Disassembler.line(program.code(), slot, Dialect.LLVM)
                        : InsnLines.END);
    }

    private static String text(SourceLine line) {
        return line.text().isBlank()
                ? line.toString()
                : "%s: %s".formatted(line, line.text().strip());
    }

    /** Maps of programs and of maps that the source fills. */
    private void fill(MapSpec spec, List<MapSpec> all) {
        for (MapSpec.InitialValue value : spec.initialValues()) {
            switch (value) {
                case MapSpec.InitialProgram(long index, String name) -> fill(spec, index, name);
                case MapSpec.InitialMap(long index, int mapIndex) ->
                    fill(spec, (int) index, all.get(mapIndex).name());
            }
        }
    }

    private void fill(MapSpec spec, int index, String name) {
        BpfMap inner = maps.get(name);
        if (!(maps.get(spec.name()) instanceof MapOfMaps outer) || outer.keyBytes() != Integer.BYTES || inner == null) {
            throw refuse(spec, "map %s at index %d, and it is no map of maps by index".formatted(name, index));
        }
        try {
            MapResult result = outer.put(Codec.INT, index, inner);
            if (result != MapResult.DONE) {
                throw refuse(spec, "map %s at index %d: %s".formatted(name, index, result));
            }
        } catch (IllegalArgumentException e) {
            throw refuse(spec, String.valueOf(e.getMessage()));
        }
    }

    private void fill(MapSpec spec, long index, String name) {
        if (!(maps.get(spec.name()) instanceof ProgramArray array) || index >= array.entriesMax()) {
            throw refuse(
                    spec, "program %s at index %d, and it has %d entries".formatted(name, index, spec.maxEntries()));
        }
        for (BpfProgram program : programs) {
            if (program.name().equals(name)) {
                array.set((int) index, program);
                return;
            }
        }
        throw refuse(spec, "the object has no program %s".formatted(name));
    }
}
