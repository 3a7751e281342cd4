package dev.ring3.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option is also a variable: the command's words and the option's longest name in capitals, joined by {@code _}.
 * {@code ring3 bpf run --data-in} is {@code RING3_BPF_RUN_DATA_IN}. The command line wins over the variable, the variable
 * over a file of settings where a command takes one, and that over the default. A flag's variable is {@code true} or
 * {@code false}; an empty variable is none. {@code RING3_DATA} is {@code --data} of every command that has it, so that one
 * setting names the volume of a session.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String DATA = "RING3_DATA";

    private final Map<String, String> environment;
    private final ConfigFile file;

    EnvironmentDefaults(Map<String, String> environment, ConfigFile file) {
        this.environment = environment;
        this.file = file;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return variable(argument)
                .map(environment::get)
                .or(() -> setting(argument).map(file.settings()::get))
                .orElse(null);
    }

    /** Where a value comes from that nobody typed. */
    Optional<String> origin(ArgSpec argument) {
        return variable(argument)
                .map("the variable "::concat)
                .or(() -> setting(argument).map(key -> "\"%s\" in %s".formatted(key, file.name())));
    }

    /** The key of the file that gives an option its value, if it is there; the file is of one command. */
    private Optional<String> setting(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? Optional.of(option.longestName().replaceFirst("^-+", ""))
                        .filter(key -> file.settings().containsKey(key))
                : Optional.empty();
    }

    /** The variable that gives an option its value, if one is set. */
    Optional<String> variable(ArgSpec argument) {
        return name(argument)
                .filter(this::isSet)
                .or(() -> Optional.of(DATA).filter(name -> isData(argument) && isSet(name)));
    }

    private boolean isSet(String name) {
        return !environment.getOrDefault(name, "").isEmpty();
    }

    private static boolean isData(ArgSpec argument) {
        return argument instanceof OptionSpec option && option.longestName().equals("--data");
    }

    /** The name of an option's variable; none for what is no setting: files, {@code --help}, {@code --version}. */
    static Optional<String> name(ArgSpec argument) {
        return argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()
                ? Optional.of(prefix(
                                option.root() == null
                                        ? option.command()
                                        : option.root().command())
                        + inCapitals(option.longestName()))
                : Optional.empty();
    }

    /** What the variables of all options of a command begin with. */
    static String prefix(CommandSpec command) {
        return inCapitals(command.qualifiedName("_")) + "_";
    }

    private static String inCapitals(String name) {
        return name.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
