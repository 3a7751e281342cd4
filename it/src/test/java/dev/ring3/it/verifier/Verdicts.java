package dev.ring3.it.verifier;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.verifier.Subjects;
import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.bpf.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Ring3's verdicts on the programs of one object file. */
final class Verdicts {
    private final BpfObjectFile object;

    Verdicts(BpfObjectFile object) {
        this.object = object;
    }

    /** Compiles a file into a folder of the caller. */
    static Verdicts of(CorpusFile file, Clang clang, Path folder) throws IOException, InterruptedException {
        Path object =
                folder.resolve("%s.%d%s.o".formatted(file.path().getFileName(), clang.cpuVersion(), clang.level()));
        clang.compile(file.path(), object);
        return new Verdicts(BpfObjectFile.read(object));
    }

    /** The verdict on a program; nothing if it was not compiled. */
    Optional<Verdict> verdict(CorpusProgram program) {
        HostFunctions functions = program.type().functions();
        Set<String> names = functions.numbers().stream().map(functions::name).collect(Collectors.toSet());
        LinkOptions options = LinkOptions.none().withFunctions(names).withPrograms(program.name()::equals);
        LinkedObject linked = object.link(options);
        return linked.program(program.name()).map(code -> Verifier.verify(Subjects.of(linked, code, program.type())));
    }

    /** Where verdicts are not what was expected, a line each. */
    List<String> disagreements(List<CorpusProgram> programs, Clang clang) {
        List<String> lines = new ArrayList<>();
        for (CorpusProgram program : programs) {
            boolean expected = program.expectation().cpuVersionMin() <= clang.cpuVersion();
            Optional<Verdict> verdict = verdict(program);
            if (verdict.isPresent() != expected) {
                lines.add("%s: %s was %scompiled".formatted(clang, program, expected ? "not " : ""));
            } else if (verdict.isPresent() && !program.expectation().agreesWith(verdict.get())) {
                lines.add("%s: %s: expected %s, was %s"
                        .formatted(clang, program, program.expectation(), inWords(verdict.get())));
            }
        }
        return lines;
    }

    /** A verdict in a line. */
    static String inWords(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted _ -> "accept";
            case Verdict.Rejected rejected ->
                "refuse %s at %d: %s".formatted(rejected.rule().label(), rejected.slot(), rejected.problem());
        };
    }
}
