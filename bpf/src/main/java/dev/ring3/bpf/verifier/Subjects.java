package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.LinkedProgram;
import dev.ring3.bpf.object.MapData;
import dev.ring3.bpf.object.MapSpec;
import dev.ring3.bpf.type.MapShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes subjects of the programs of an object file. */
public final class Subjects {
    private static final int FLAG_READ_ONLY = 1 << 7; // BPF_F_RDONLY_PROG
    private static final int FLAG_WRITE_ONLY = 1 << 8; // BPF_F_WRONLY_PROG

    private Subjects() {}

    /** A program of a linked object, as one of a type. */
    public static Subject of(LinkedObject object, LinkedProgram program, ProgramType type) {
        List<MapShape> maps = new ArrayList<>();
        for (MapSpec spec : object.maps()) {
            maps.add(shape(spec, object.btf().orElse(null)));
        }
        Map<Integer, Integer> functions = new HashMap<>();
        for (int i = 0; i < object.hostFunctions().size(); i++) {
            OptionalInt number = type.functions().number(object.hostFunctions().get(i));
            if (number.isPresent()) {
                functions.put(i + 1, number.getAsInt()); // a CallHost has 1 plus the index
            }
        }
        return new Subject(
                program.name(),
                program.code(),
                object.order(),
                type,
                maps,
                Map.of(),
                Map.of(),
                functions,
                program.poisoned(),
                object.license());
    }

    /** What programs can rely on of a map that an object declares; {@code btf} has the types that it names. */
    public static MapShape shape(MapSpec spec, @Nullable Btf btf) {
        boolean readOnly = (spec.flags() & FLAG_READ_ONLY) != 0;
        boolean constant = readOnly && spec.data().isPresent();
        return new MapShape(
                spec.name(),
                spec.type(),
                spec.keyBytes(),
                spec.valueBytes(),
                spec.maxEntries(),
                (spec.flags() & FLAG_WRITE_ONLY) == 0,
                !readOnly,
                special(spec, btf, "bpf_spin_lock"),
                special(spec, btf, "bpf_timer"),
                constant ? spec.data().map(MapData::toBytes) : Optional.empty(),
                spec.inner().map(inner -> shape(inner, btf)).orElse(null));
    }

    /** Where the value of a map has a structure of a name; only at the top, as the kernel has it. */
    private static OptionalInt special(MapSpec spec, @Nullable Btf btf, String name) {
        if (btf == null || spec.valueTypeId() == 0) {
            return OptionalInt.empty();
        }
        if (btf.type(btf.strip(spec.valueTypeId())) instanceof BtfType.Struct value) {
            for (BtfType.Member member : value.members()) {
                if (btf.type(btf.strip(member.typeId())) instanceof BtfType.Struct struct
                        && struct.name().equals(name)) {
                    return OptionalInt.of((int) (member.bitOffset() / Byte.SIZE));
                }
            }
        }
        return OptionalInt.empty();
    }
}
