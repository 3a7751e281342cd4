package dev.ring3.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** All commands, and what they have in common: variables, exit codes, how failures are told. */
final class CommandTree {
    private CommandTree() {}

    /** Runs one command line and returns the status to exit with. */
    static int run(List<String> arguments, Terminal terminal) {
        CommandLine root = of(terminal);
        try {
            return root.execute(arguments.toArray(String[]::new));
        } catch (Error failure) { // picocli hands exceptions to the handler, but not errors
            return Failures.report(failure, root, terminal);
        }
    }

    static CommandLine of(Terminal terminal) {
        // From the root downwards: a command hands options down when another is added to it.
        CommandLine root = new CommandLine(new RootCommand());
        addCommonOptions(root.getCommandSpec());
        CommandLine bpf = new CommandLine(new BpfCommand());
        CommandLine completion = new CommandLine(new CompletionCommand());
        CommandLine pid = new CommandLine(new PidCommand());
        root.addSubcommand(bpf)
                .addSubcommand(pid)
                .addSubcommand(new PsCommand(terminal))
                .addSubcommand(completion);
        bpf.addSubcommand(new BpfAsmCommand(terminal))
                .addSubcommand(new BpfDisasmCommand(terminal))
                .addSubcommand(new BpfVerifyCommand(terminal))
                .addSubcommand(new BpfRunCommand(terminal))
                .addSubcommand(new BpfTypesCommand(terminal))
                .addSubcommand(new BpfConformanceCommand(terminal));
        pid.addSubcommand(new PidInfoCommand(terminal))
                .addSubcommand(new PidWaitCommand(terminal))
                .addSubcommand(new PidSignalCommand(terminal))
                .addSubcommand(new PidTreeCommand(terminal));
        completion.addSubcommand(new CompletionCommand.Bash(terminal));
        EnvironmentDefaults defaults = new EnvironmentDefaults(terminal.environment());
        root.registerConverter(long.class, CommandTree::wholeNumber)
                .registerConverter(Long.class, CommandTree::wholeNumber)
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setDefaultValueProvider(defaults)
                .setParameterExceptionHandler(
                        (failure, arguments) -> Failures.report(failure, defaults, Arrays.asList(arguments)))
                .setExecutionExceptionHandler((failure, _, _) -> Failures.report(failure, root, terminal));
        completeHelp(root);
        return root;
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
        footer.add("this command %sSOME_OPTION. The command line wins.".formatted(EnvironmentDefaults.prefix(spec)));
        spec.usageMessage()
                .footer(footer.toArray(String[]::new))
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.table());
        command.getSubcommands().values().forEach(CommandTree::completeHelp);
    }
}
