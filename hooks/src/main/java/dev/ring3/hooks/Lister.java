package dev.ring3.hooks;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.CodeSection;
import dev.ring3.bpf.object.CodeSymbol;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedFunction;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.LinkedProgram;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.bpf.verifier.Statistics;
import dev.ring3.bpf.verifier.Subject;
import dev.ring3.bpf.verifier.Subjects;
import dev.ring3.bpf.verifier.Verifier;
import dev.ring3.bpf.verifier.VerifierOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Lists the programs of an object as they were verified. It is done anew each time: nothing of it is kept with a program. */
final class Lister {
    private final ProgramType type;
    private final BpfObjectFile file;
    private final LinkedObject linked;

    /** Of an object that was loaded before, so that nothing is wrong with it. */
    Lister(BpfObjectFile file, ProgramType type) {
        this.type = type;
        this.file = file;
        this.linked = file.link(LinkOptions.none()
                .withTarget(HookTypes.btf())
                .withFunctions(Set.copyOf(type.functions().names())));
    }

    List<ProgramListing> programs() {
        return linked.programs().stream().map(this::listing).toList();
    }

    private ProgramListing listing(LinkedProgram program) {
        Subject subject = Subjects.of(linked, program, type);
        Looks looks = new Looks();
        Statistics statistics = Verifier.verify(subject, VerifierOptions.DEFAULT.withObserver(looks::see))
                .statistics();
        BpfCode code = subject.code();
        List<ProgramListing.Line> lines = new ArrayList<>();
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (code.isInsn(slot)) {
                Optional<SourceLine> source = program.lines().at(slot);
                lines.add(new ProgramListing.Line(
                        slot,
                        Disassembler.line(code, slot, Dialect.LLVM),
                        reference(subject, program, slot),
                        source.map(SourceLine::line).orElse(0),
                        source.map(line -> line.text().strip()).orElse(""),
                        looks.counts.getOrDefault(slot, 0),
                        looks.first.getOrDefault(slot, List.of())));
            }
        }
        return new ProgramListing(
                program.name(),
                section(program.name()),
                lines,
                statistics.insnsProcessed(),
                statistics.statesTotal(),
                statistics.stackBytes(),
                statistics.nanos());
    }

    private String section(String program) {
        return file.codeSections().stream()
                .filter(section -> section.symbols().stream()
                        .filter(CodeSymbol::isPublic)
                        .anyMatch(symbol -> symbol.name().equals(program)))
                .map(CodeSection::name)
                .findFirst()
                .orElse("");
    }

    /** The name of what an instruction refers to by a number. */
    private String reference(Subject subject, LinkedProgram program, int slot) {
        return switch (subject.code().at(slot)) {
            case Insn.CallHelper(int id) ->
                Optional.ofNullable(type.functions().name(id)).orElse("");
            case Insn.CallHost(int id) ->
                id >= 1 && id <= linked.hostFunctions().size()
                        ? linked.hostFunctions().get(id - 1)
                        : "";
            case Insn.CallLocal(int offset) -> function(program, slot + 1 + offset);
            case Insn.LoadWide load when load.source() == WideSource.CODE -> function(program, slot + 1 + load.low());
            case Insn.LoadWide load
            when load.source() == WideSource.MAP_BY_INDEX || load.source() == WideSource.MAP_VALUE_BY_INDEX ->
                load.low() >= 0 && load.low() < subject.mapsByIndex().size()
                        ? "map " + subject.mapsByIndex().get(load.low()).name()
                        : "";
            case Insn _ -> "";
        };
    }

    private static String function(LinkedProgram program, int slot) {
        return program.functions().stream()
                .filter(function -> function.startSlot() == slot)
                .map(LinkedFunction::name)
                .findFirst()
                .orElse("");
    }

    /** What the verifier said of each instruction. */
    private static final class Looks {
        private final Map<Integer, Integer> counts = new HashMap<>();
        private final Map<Integer, List<String>> first = new HashMap<>();

        void see(int slot, Supplier<String> state) {
            if (counts.merge(slot, 1, Integer::sum) == 1) {
                first.put(slot, state.get().lines().toList());
            }
        }
    }
}
