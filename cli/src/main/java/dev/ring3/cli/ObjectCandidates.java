package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.CodeSection;
import dev.ring3.bpf.object.CodeSymbol;
import dev.ring3.bpf.object.ConfigValue;
import dev.ring3.bpf.object.ExternSymbol;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.LinkedProgram;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.Subjects;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes programs of an object file, each linked by itself, so that what is wrong with one is no matter of the others. No
 * kernel is asked: where an object wants one's addresses and settings, it gets some that a kernel could have.
 */
final class ObjectCandidates {
    /** The section in which compilers put what has none; it says nothing about a program. */
    private static final String TEXT = ".text";

    /** Linux 6.12, as {@code KERNEL_VERSION(6, 12, 0)} computes it. */
    private static final long KERNEL_VERSION = 6 << 16 | 12 << 8;

    /** What libbpf knows of the kernel besides its configuration. */
    private static final Map<String, Long> KERNEL_FACTS = Map.of(
            "LINUX_KERNEL_VERSION", KERNEL_VERSION,
            "LINUX_HAS_BPF_COOKIE", 1L,
            "LINUX_HAS_SYSCALL_WRAPPER", 1L);

    /** Where variables of a kernel could be. */
    private static final long KERNEL_ADDRESS = 0xffff_ffff_8200_0000L;

    private final String file;
    private final BpfObjectFile object;
    private final @Nullable ProgramType wanted;
    private final TargetTypes targets;
    private final Map<String, String> sections = new HashMap<>();

    /**
     * Reads an object file.
     *
     * @param file what messages call it
     * @param wanted the type of its programs, or null if their sections say it
     * @throws ObjectException if it is malformed
     */
    ObjectCandidates(String file, byte[] bytes, @Nullable ProgramType wanted, TargetTypes targets) {
        this.file = file;
        this.object = BpfObjectFile.parse(bytes);
        this.wanted = wanted;
        this.targets = targets;
        for (CodeSection section : object.codeSections()) {
            sections.put(section.name(), section.name()); // the name of a program that has no symbol
            for (CodeSymbol symbol : section.symbols()) {
                if (symbol.isPublic()) {
                    sections.put(symbol.name(), section.name());
                }
            }
        }
    }

    List<String> names() {
        return object.programs();
    }

    /** The program of a name. */
    Candidate candidate(String name) {
        String section = sections.getOrDefault(name, "");
        Optional<ProgramType> named = wanted == null ? TypeNames.forSection(section) : Optional.of(wanted);
        ProgramType type = named.orElse(ProgramTypes.MEMORY);
        String note = named.isPresent() || section.equals(TEXT)
                ? ""
                : "the section's name stands for no type, so it is taken for type %s; --type says better"
                        .formatted(type.name());
        try {
            LinkedObject linked = link(name, type);
            LinkedProgram program = linked.programs().getFirst();
            return new Candidate.Complete(
                    name,
                    section,
                    note,
                    Subjects.of(linked, program, type),
                    program.lines()::at,
                    program.functions(),
                    linked.hostFunctions());
        } catch (ObjectException e) {
            return new Candidate.Broken(name, section, Rejection.of(file, e));
        }
    }

    /** The types of a kernel are large, and few objects need them: they are read only when it does not work without. */
    private LinkedObject link(String name, ProgramType type) {
        LinkOptions host = host(type).withPrograms(name::equals);
        try {
            return object.link(host);
        } catch (ObjectException e) {
            Optional<Btf> target = targets.of(type);
            if (target.isEmpty()) {
                throw e;
            }
            return object.link(host.withTarget(target.get()));
        }
    }

    private LinkOptions host(ProgramType type) {
        LinkOptions host = LinkOptions.none();
        Set<String> functions = new HashSet<>(type.functions().names());
        for (ExternSymbol symbol : object.externs()) {
            switch (symbol.kind()) {
                case KCONFIG -> host = symbol.weak() ? host : host.withConfig(symbol.name(), value(symbol));
                case VARIABLE -> host = host.withVariable(symbol.name(), KERNEL_ADDRESS);
                case FUNCTION -> {
                    if (!symbol.weak()) {
                        functions.add(symbol.name()); // the verifier says at which call one is missing
                    }
                }
            }
        }
        return host.withFunctions(functions);
    }

    /** A setting: what every kernel has, or else nothing, 0 or an empty text. */
    private ConfigValue value(ExternSymbol symbol) {
        return object.btf().filter(btf -> isText(btf, symbol)).isPresent()
                ? new ConfigValue.TextValue("")
                : new ConfigValue.IntegerValue(KERNEL_FACTS.getOrDefault(symbol.name(), 0L));
    }

    private static boolean isText(Btf btf, ExternSymbol symbol) {
        return btf.type(symbol.typeId()) instanceof BtfType.Variable variable
                && btf.type(btf.strip(variable.typeId())) instanceof BtfType.Array;
    }
}
