package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.Subject;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads programs that are to be verified.
 *
 * @param file what messages call the file
 * @param type what its programs are for, or null to take what it says itself
 * @param dialect how assembly text is written
 * @param order that of raw bytecode
 * @param targets what CO-RE relocations are resolved against
 */
record CandidateReader(String file, @Nullable ProgramType type, Dialect dialect, ByteOrder order, TargetTypes targets) {
    /** What a program is called that has no name. */
    private static final String NAMELESS = "program";

    /**
     * The programs of a file.
     *
     * @param program the name of the only one that is wanted, or null
     * @throws AssemblyException if it is text and malformed
     * @throws InsnException if it is bytecode and malformed
     * @throws ObjectException if it is an object and malformed
     * @throws CommandException if it has none of that name
     */
    List<Candidate> read(ProgramFile content, @Nullable String program) {
        if (content instanceof ProgramFile.ElfObject(byte[] bytes)) {
            return ofObject(bytes, program);
        }
        if (program != null) {
            throw CommandException.usage(
                    "%s is no object file, so it has no program of the name '%s'".formatted(file, program));
        }
        return List.of(ofCode(
                switch (content) {
                    case ProgramFile.ElfObject _ -> throw new IllegalStateException("was handled");
                    case ProgramFile.Bytecode(byte[] bytes) -> InsnLayout.decode(bytes, order);
                    case ProgramFile.Assembly(String source) -> Assembler.assemble(source, dialect);
                }));
    }

    private Candidate ofCode(BpfCode code) {
        Subject subject = new Subject(
                NAMELESS,
                code,
                order,
                type == null ? ProgramTypes.MEMORY : type,
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
        return new Candidate.Complete(NAMELESS, "", "", subject, _ -> Optional.empty(), List.of(), List.of());
    }

    private List<Candidate> ofObject(byte[] bytes, @Nullable String program) {
        ObjectCandidates object = new ObjectCandidates(file, bytes, type, targets);
        List<String> names = object.names();
        if (names.isEmpty()) {
            throw CommandException.usage("%s has no program, that is no public function".formatted(file));
        }
        if (program != null && !names.contains(program)) {
            throw CommandException.usage(
                    "%s has no program '%s'; it has %s".formatted(file, program, String.join(", ", names)));
        }
        return names.stream()
                .filter(name -> program == null || name.equals(program))
                .map(object::candidate)
                .toList();
    }
}
