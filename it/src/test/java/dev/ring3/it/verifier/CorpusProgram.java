package dev.ring3.it.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program of the corpus.
 *
 * @param line where its section stands in the file, from 0
 */
record CorpusProgram(CorpusFile file, String name, String section, int line, Expectation expectation) {
    private static final String MEMORY_SECTION = "entry";

    /** The type that Linux has for it, if it is one of Linux. */
    Optional<ProgramType> linuxType() {
        return HookTypes.forSection(section).isPresent() ? Optional.empty() : KernelProgramTypes.forSection(section);
    }

    /** What it is verified as. */
    ProgramType type() {
        if (section.equals(MEMORY_SECTION)) {
            return ProgramTypes.MEMORY;
        }
        return HookTypes.forSection(section)
                .or(this::linuxType)
                .orElseThrow(() -> new IllegalStateException(this + ": no type for section " + section));
    }

    /** Compiles it without the other programs of its file, into a folder of the caller; returns the object. */
    Path compileAlone(Clang clang, Path folder) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(name + ".c"), file.textWithOnly(this));
        Path object = folder.resolve(name + ".o");
        clang.compile(source, object);
        return object;
    }

    /** Where to look: {@code loops.c:12 nested}. */
    @Override
    public String toString() {
        return "%s:%d %s".formatted(file.path().getFileName(), line + 1, name);
    }
}
