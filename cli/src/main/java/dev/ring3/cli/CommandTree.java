package dev.ring3.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what they have in common: variables, exit codes, how failures are told. */
final class CommandTree {
    private static final int HELP_COLUMNS_MIN = 55;
    private static final int HELP_COLUMNS_MAX = 80;

    private CommandTree() {}

    /** Runs one command line and returns the status to exit with. */
    static int run(List<String> arguments, Terminal terminal) {
        CommandLine root;
        try {
            root = of(terminal, ConfigFile.of(arguments, terminal.environment()));
        } catch (CommandException failure) {
            return Failures.report(failure, of(terminal), terminal);
        }
        try {
            return root.execute(arguments.toArray(String[]::new));
        } catch (Error failure) { // picocli hands exceptions to the handler, but not errors
            return Failures.report(failure, root, terminal);
        }
    }

    static CommandLine of(Terminal terminal) {
        return of(terminal, ConfigFile.NONE);
    }

    private static CommandLine of(Terminal terminal, ConfigFile file) {
        // From the root downwards: a command hands options down when another is added to it.
        CommandLine root = new CommandLine(new RootCommand());
        addCommonOptions(root.getCommandSpec());
        CommandLine serve = new CommandLine(new ServeCommand(terminal));
        root.addSubcommand(serve);
        addServer(root, terminal);
        addVolume(root, terminal);
        addReplication(root, terminal);
        addExports(root, terminal);
        addPrograms(root, terminal);
        addGroup(
                root,
                new PidCommand(),
                new PidInfoCommand(terminal),
                new PidWaitCommand(terminal),
                new PidSignalCommand(terminal),
                new PidTreeCommand(terminal));
        root.addSubcommand(new PsCommand(terminal));
        addGroup(
                root,
                new BenchCommand(),
                new BenchBpfCommand(terminal),
                new BenchIoCommand(terminal),
                new BenchFsCommand(terminal),
                new BenchBaselineCommand(terminal),
                new BenchPidCommand(terminal),
                new BenchReportCommand(terminal),
                compare(terminal));
        addGroup(root, new CompletionCommand(), new CompletionCommand.Bash(terminal));
        file.requireOptions(ServeCommand.settings(serve.getCommandSpec()));
        EnvironmentDefaults defaults = new EnvironmentDefaults(terminal.environment(), file);
        root.registerConverter(long.class, CommandTree::wholeNumber)
                .registerConverter(Long.class, CommandTree::wholeNumber)
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setDefaultValueProvider(defaults)
                .setExecutionStrategy(CommandTree::execute)
                .setParameterExceptionHandler(
                        (failure, arguments) -> Failures.report(failure, defaults, Arrays.asList(arguments)))
                .setExecutionExceptionHandler((failure, _, _) -> Failures.report(failure, root, terminal));
        completeHelp(root);
        root.setHelpFactory((spec, colors) -> help(spec, colors, terminal));
        return root;
    }

    /** Help that fits the terminal, as far as it is legible there; nobody asks a terminal how wide it is before. */
    private static CommandLine.Help help(CommandSpec spec, CommandLine.Help.ColorScheme colors, Terminal terminal) {
        spec.usageMessage().width(Math.clamp(terminal.columns().getAsInt(), HELP_COLUMNS_MIN, HELP_COLUMNS_MAX));
        return new CommandLine.Help(spec, colors);
    }

    /** Runs the command, or shows its help; a word that is none is told also where {@code --help} stands beside it. */
    private static int execute(ParseResult result) {
        for (ParseResult each : result.asCommandLineList().stream()
                .map(CommandLine::getParseResult)
                .toList()) {
            if (!each.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(each.commandSpec().commandLine(), each.unmatched());
            }
        }
        return new RunLast().execute(result);
    }

    /** Commands that ask a server how it is, and tell it what to do. */
    private static void addServer(CommandLine root, Terminal terminal) {
        root.addSubcommand(new StatusCommand(terminal));
        root.addSubcommand(new DoctorCommand(terminal));
        root.addSubcommand(new LoginCommand(terminal));
        addGroup(
                root,
                new TokenCommand(),
                new TokenCommand.Create(terminal),
                new TokenCommand.Listing(terminal),
                new TokenCommand.Revoke(terminal));
        root.addSubcommand(new MountCommand(terminal));
        addGroup(
                root,
                new ClientCommand(),
                new ClientCommand.Listing(terminal),
                new ClientCommand.Files(terminal),
                new ClientCommand.Evict(terminal));
    }

    /** Commands on a volume, with a server or without one. */
    private static void addVolume(CommandLine root, Terminal terminal) {
        addGroup(
                root,
                new FsCommand(),
                new FsCommand.Listing(terminal),
                new FsCommand.StatFile(terminal),
                new FsCommand.Cat(terminal),
                new FsCommand.Get(),
                new FsCommand.Put(terminal),
                new FsAuditCommand.Check(terminal),
                new FsAuditCommand.Scrub(terminal),
                new FsBackupCommand(terminal),
                new FsRestoreCommand(terminal));
        addGroup(
                root,
                new SubvolumeCommand(),
                new SubvolumeCommand.Create(terminal),
                new SubvolumeCommand.Listing(terminal),
                new SubvolumeCommand.Show(terminal),
                new SubvolumeCommand.Delete(terminal),
                new SubvolumeCommand.Rollback(terminal),
                new SubvolumeCommand.SetDefault(terminal),
                new SubvolumeSetCommand(terminal));
        addGroup(
                root,
                new SnapshotCommand(),
                new SnapshotCommand.Create(terminal),
                new SnapshotCommand.Listing(terminal),
                new SnapshotCommand.Tree(terminal),
                new SnapshotCommand.Difference(terminal),
                new SnapshotCommand.Delete(terminal),
                new UsageCommand(terminal),
                new SendCommand(terminal),
                new ReceiveCommand(terminal),
                new SnapshotScheduleCommand.Add(terminal),
                new SnapshotScheduleCommand.Listing(terminal),
                new SnapshotScheduleCommand.Remove(terminal));
    }

    /** Commands that say what NFS exports. */
    private static void addExports(CommandLine root, Terminal terminal) {
        addGroup(
                root,
                new ExportCommand(),
                new ExportCommand.Listing(terminal),
                new ExportCommand.Add(terminal),
                new ExportCommand.Change(terminal),
                new ExportCommand.Remove(terminal),
                new ExportCommand.Reset(terminal));
    }

    /** Commands that let a server copy subvolumes to another one. */
    private static void addReplication(CommandLine root, Terminal terminal) {
        addGroup(
                root,
                new ReplicationCommand(),
                new ReplicationCommand.Add(terminal),
                new ReplicationCommand.Listing(terminal),
                new ReplicationCommand.Run(terminal),
                new ReplicationCommand.Change(terminal),
                new ReplicationCommand.Remove(terminal));
    }

    private static void addPrograms(CommandLine root, Terminal terminal) {
        CommandLine bpf = addGroup(
                root,
                new BpfCommand(),
                new BpfAsmCommand(terminal),
                new BpfDisasmCommand(terminal),
                new BpfVerifyCommand(terminal),
                new BpfRunCommand(terminal),
                new BpfTypesCommand(terminal),
                new BpfConformanceCommand(terminal),
                new BpfHookCommand.Attach(terminal),
                new BpfHookCommand.Detach(terminal),
                new BpfHookCommand.Listing(terminal),
                new BpfHookCommand.Trace(terminal),
                new BpfHookCommand.Top(terminal));
        addGroup(
                bpf,
                new BpfMapCommand(),
                new BpfMapCommand.Listing(terminal),
                new BpfMapCommand.Dump(terminal),
                new BpfMapCommand.Get(terminal),
                new BpfMapCommand.SetEntry(terminal));
        addGroup(
                root,
                new LitmusCommand(),
                new LitmusRunCommand(terminal),
                new LitmusGraphCommand(terminal),
                new LitmusGenerateCommand(terminal));
    }

    /** What follows the builds that are compared is theirs, options too. */
    private static CommandLine compare(Terminal terminal) {
        return new CommandLine(new BenchCompareCommand(terminal)).setStopAtPositional(true);
    }

    /** Adds commands under a word; gives what that word is. */
    private static CommandLine addGroup(CommandLine root, Object group, Object... commands) {
        CommandLine line = new CommandLine(group);
        root.addSubcommand(line);
        for (Object command : commands) {
            line.addSubcommand(command);
        }
        return line;
    }

    private static long wholeNumber(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException notANumber) {
            throw new TypeConversionException("'%s' is no whole number below 2^63".formatted(text));
        }
    }

    private static void addCommonOptions(CommandSpec root) {
        root.addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(ScopeType.INHERIT)
                        .description("Show this help and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build())
                .addOption(OptionSpec.builder("-v", "--verbose")
                        .type(boolean.class)
                        .fallbackValue("true")
                        .scopeType(ScopeType.INHERIT)
                        .description("Say more; of a defect of Ring3, where it arose.")
                        .build());
    }

    /** Whether {@code --verbose} was given, with whichever word of the command line. */
    static boolean isVerbose(CommandSpec spec) {
        return Boolean.TRUE.equals(spec.root().findOption("-v").getValue());
    }

    /** Every command's help ends with its example, the names of its variables, and the same table of exit codes. */
    private static void completeHelp(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        List<String> footer = new ArrayList<>(Arrays.asList(spec.usageMessage().footer()));
        footer.add("Every option is also a variable: --verbose is RING3_VERBOSE, --some-option of");
        footer.add(
                "this command %sSOME_OPTION; RING3_DATA is --data of all.".formatted(EnvironmentDefaults.prefix(spec)));
        footer.add("The command line wins.");
        spec.usageMessage()
                .footer(footer.toArray(String[]::new))
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.table());
        command.getSubcommands().values().forEach(CommandTree::completeHelp);
    }
}
