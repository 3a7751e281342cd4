package dev.ring3.it.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The corpus's programs for Linux, verified by the running kernel too. Where it does not agree with Ring3, the list of
 * differences has to say why, and {@code docs/verifier-vs-linux.md} tells it to the reader.
 */
class KernelVerdictsTest {
    /** The kernel that the list was made on: verifiers change from one to the next. */
    private static final String KERNEL = "6.18.";

    /** Without what came with v4, which not every kernel and machine has. */
    private static final int CPU_VERSION = 3;

    @TempDir
    private Path folder;

    @BeforeAll
    static void requireKernel() {
        if (KernelBpf.probe(KernelProgramType.XDP) instanceof Unavailable(Reason reason, String detail)) {
            Assumptions.abort("needs bpf(2): " + reason + ": " + detail);
        }
    }

    @Test
    void programs_getTheVerdictOfLinux_butForTheListed() throws Exception {
        requireTools();
        String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        assumeTrue(release.startsWith(KERNEL), "the list of differences is for Linux 6.18, this is " + release);
        List<CorpusProgram> programs = CorpusFile.allPrograms().stream()
                .filter(program -> program.linuxType().isPresent())
                .toList();
        Map<String, String> found = compare(programs);
        System.out.printf(
                "%d programs compared with Linux %s, %d verdicts differ%n", programs.size(), release, found.size());

        assertThat(KernelDifferences.read()
                        .mistakes(
                                found,
                                programs.stream().map(CorpusProgram::name).toList()))
                .isEmpty();
    }

    /** The programs on which both do not agree, with what they say. Most of the time goes into starting compilers. */
    private Map<String, String> compare(List<CorpusProgram> programs) throws Exception {
        Map<String, String> found = new LinkedHashMap<>();
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Optional<String>>> answers = new ArrayList<>();
            for (CorpusProgram program : programs) {
                answers.add(pool.submit(() -> difference(program)));
            }
            for (int i = 0; i < programs.size(); i++) {
                String name = programs.get(i).name();
                answers.get(i).get().ifPresent(verdicts -> found.put(name, verdicts));
            }
        }
        return found;
    }

    private Optional<String> difference(CorpusProgram program) throws IOException, InterruptedException {
        Clang clang = Clang.newest(Math.max(CPU_VERSION, program.expectation().cpuVersionMin()));
        Path own = Files.createDirectory(folder.resolve(program.name()));
        Path object = program.compileAlone(clang, own);
        Verdict ours = new Verdicts(BpfObjectFile.read(object)).verdict(program).orElseThrow();
        LinuxVerdict linux = LinuxVerdict.of(program, object, own);
        if (linux.accepted() == ours instanceof Verdict.Accepted) {
            return Optional.empty();
        }
        String theirs = linux.accepted() ? "accept" : "refuse: " + linux.reason();
        return Optional.of("Ring3: %s; Linux: %s".formatted(Verdicts.inWords(ours), theirs));
    }

    /** The negative control: a list with an entry too many, one too few and one misspelt. */
    @Test
    void differences_wrongList_isFound() {
        KernelDifferences wrong = new KernelDifferences(Map.of("agreed", "a reason", "unknown", "a reason"));

        assertThat(wrong.mistakes(Map.of("new", "both verdicts"), List.of("agreed", "new")))
                .containsExactlyInAnyOrder(
                        "not listed: new: both verdicts", "listed, but both agree: agreed", "no such program: unknown");
    }

    @Test
    void document_tellsEveryDifference() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("ring3.root"), "docs", "verifier-vs-linux.md"));

        assertThat(KernelDifferences.read().reasons().entrySet())
                .allSatisfy(difference ->
                        assertThat(document).contains("`%s`".formatted(difference.getKey()), difference.getValue()));
    }

    private static void requireTools() {
        Clang clang = Clang.newest(CPU_VERSION);
        assumeTrue(clang.isInstalled(), clang.compiler() + " is not installed");
        assumeTrue(isInstalled("bpftool"), "bpftool is not installed");
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }
}
