package dev.ring3.cli;

import dev.ring3.linux.Pidfd;
import dev.ring3.linux.Signal;
import dev.ring3.linux.SignalScope;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code ring3 pid signal}: sends a signal. */
@Command(
        name = "signal",
        description = {
            "Send a signal to a process, or to the group that it leads.",
            "",
            "Given by its id, it reaches that process or nobody. 0 is no signal: it only asks whether one could be sent.",
            ""
        },
        footer = {"", "Example: ring3 pid signal 4711 TERM"})
final class PidSignalCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "PROCESS",
            converter = ProcessArgument.Converter.class,
            description = "Its number or its id.")
    private ProcessArgument process = new ProcessArgument.ByNumber(0);

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SIGNAL",
            converter = Names.class,
            completionCandidates = Names.class,
            defaultValue = "TERM",
            description = "A name, with or without SIG, or a number. Default: ${DEFAULT-VALUE}.")
    private Signal signal = Signal.TERM;

    @Option(names = "--group", fallbackValue = "true", description = "To all of the process group that it leads.")
    private boolean group;

    PidSignalCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Pidfd pidfd = process.open()) {
            pidfd.signal(signal, group ? SignalScope.PROCESS_GROUP : SignalScope.AS_OPENED);
            terminal.out().flush();
            return ExitCode.OK;
        }
    }

    /** The names of signals. */
    static final class Names implements ITypeConverter<Signal>, Iterable<String> {
        private static final List<String> USUAL = List.of(
                "HUP", "INT", "QUIT", "ABRT", "KILL", "USR1", "USR2", "TERM", "CHLD", "CONT", "STOP", "TSTP", "WINCH");

        @Override
        public Signal convert(String text) {
            return Signal.parse(text)
                    .orElseThrow(() -> new TypeConversionException("'%s' is no signal".formatted(text)));
        }

        @Override
        public Iterator<String> iterator() {
            return USUAL.iterator();
        }
    }
}
