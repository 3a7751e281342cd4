package dev.ring3.cli;

import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.bpf.insn.CpuVersion;
import dev.ring3.cli.suite.SuiteResult;
import dev.ring3.cli.suite.SuiteRunner;
import dev.ring3.cli.suite.SuiteSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 bpf conformance}: the public conformance suite in one JVM. */
@Command(
        name = "conformance",
        description = {
            "Run a directory of the public BPF conformance suite's .data files in one JVM.",
            "",
            "Prints what passed, failed and was skipped, by group and CPU version, then each failure with its reason."
                    + " Exits 1 if one failed, 2 if there is no .data file.",
            ""
        },
        footer = {"", "Example: ring3 bpf conformance bpf/src/test/resources/vectors"})
final class BpfConformanceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The directory; folders in it are left alone.")
    private String directory = "";

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = Names.Engines.class,
            completionCandidates = Names.Engines.class,
            defaultValue = "interpreter",
            description = "What runs the programs: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private EngineKind engine = EngineKind.INTERPRETER;

    @Option(
            names = "--verify",
            fallbackValue = "true",
            description =
                    "Verify each program, for memory of just the length that its test has; one that is refused has "
                            + "failed. Otherwise every access is checked as it runs.")
    private boolean verify;

    @Option(
            names = "--cpu-version",
            paramLabel = "VERSION",
            converter = Names.CpuVersions.class,
            completionCandidates = Names.CpuVersions.class,
            defaultValue = "v4",
            description = "Skip tests that need a later one: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private CpuVersion cpuVersion = CpuVersion.V4;

    @Option(
            names = "--include-groups",
            paramLabel = "GROUP",
            split = ",",
            completionCandidates = GroupNames.class,
            description = "Skip tests that need other groups than these: ${COMPLETION-CANDIDATES}. A 64-bit group "
                    + "includes the 32-bit one. Default: all.")
    private List<String> includedGroups = List.of();

    @Option(
            names = "--exclude-groups",
            paramLabel = "GROUP",
            split = ",",
            completionCandidates = GroupNames.class,
            description = "Skip tests that need one of these groups.")
    private List<String> excludedGroups = List.of();

    @Option(
            names = "--include-regex",
            paramLabel = "REGEX",
            description = "Skip files in whose name this is not found.")
    private @Nullable Pattern includedNames;

    @Option(names = "--exclude-regex", paramLabel = "REGEX", description = "Skip files in whose name this is found.")
    private @Nullable Pattern excludedNames;

    @Option(
            names = "--negative",
            fallbackValue = "true",
            description = "The files are those of the suite's directory 'negative': each has to be refused, or to do "
                    + "something else than it says.")
    private boolean negative;

    @Mixin
    private JsonOption json = new JsonOption();

    BpfConformanceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path path = CommandFiles.path(directory);
        if (!Files.isDirectory(path)) {
            throw CommandException.usage(
                    Files.exists(path)
                            ? "%s is no directory; 'bpf conformance' takes one with .data files".formatted(directory)
                            : "no such directory: " + directory);
        }
        SuiteSelection selection = new SuiteSelection(cpuVersion, groups(), this::isSelected);
        SuiteRunner.Purpose purpose = negative ? SuiteRunner.Purpose.NEGATIVE : SuiteRunner.Purpose.CONFORMANCE;
        Verification verification = verify ? Verification.REQUIRED : Verification.OFF;
        List<SuiteResult> results = new ArrayList<>();
        try (SuiteRunner runner = new SuiteRunner(engine, verification, selection, purpose)) {
            for (Path file : SuiteRunner.files(path)) {
                results.add(runner.run(file));
            }
        } catch (IOException e) {
            throw CommandFiles.failure("read", directory, e);
        }
        if (results.isEmpty()) {
            throw CommandException.usage("%s has no .data file, the form of the suite's tests".formatted(directory));
        }
        ConformanceReport report = new ConformanceReport(directory, engine, verification, selection, purpose, results);
        terminal.out()
                .println(
                        json.isWanted()
                                ? report.json(isVerbose())
                                : report.text(isVerbose()).stripTrailing());
        return report.failed() == 0 ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private boolean isVerbose() {
        return CommandTree.isVerbose(spec);
    }

    private boolean isSelected(String fileName) {
        return (includedNames == null || includedNames.matcher(fileName).find())
                && (excludedNames == null || !excludedNames.matcher(fileName).find());
    }

    private Set<ConformanceGroup> groups() {
        Set<ConformanceGroup> groups = includedGroups.isEmpty()
                ? EnumSet.allOf(ConformanceGroup.class)
                : EnumSet.noneOf(ConformanceGroup.class);
        includedGroups.forEach(name -> groups.addAll(GroupNames.meantBy(name)));
        excludedGroups.forEach(name -> groups.removeAll(GroupNames.meantBy(name)));
        return groups;
    }
}
