package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of program types, as options take them: Ring3's own, then those of Linux. */
final class TypeNames extends AbstractList<String> implements ITypeConverter<ProgramType> {
    /** All types. */
    static List<ProgramType> types() {
        List<ProgramType> types = new ArrayList<>(List.of(ProgramTypes.MEMORY));
        types.addAll(HookTypes.all());
        types.addAll(KernelProgramTypes.all());
        return types;
    }

    /** The type that the name of a section stands for. */
    static Optional<ProgramType> forSection(String section) {
        return HookTypes.forSection(section).or(() -> KernelProgramTypes.forSection(section));
    }

    /** Whether programs of a type are for Ring3 itself, and see its structures and not the kernel's. */
    static boolean isOfRing3(ProgramType type) {
        return HookTypes.all().contains(type);
    }

    @Override
    public ProgramType convert(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT).replace('-', '_');
        return types().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .or(() -> KernelProgramTypes.byName(name))
                .orElseThrow(() -> new TypeConversionException("'%s' is no program type; known: %s"
                        .formatted(text, types().stream().map(ProgramType::name).collect(Collectors.joining(", ")))));
    }

    @Override
    public String get(int index) {
        return types().get(index).name();
    }

    @Override
    public int size() {
        return types().size();
    }
}
