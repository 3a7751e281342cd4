package dev.ring3.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the scripts of this repository call. In no help, and without picocli, which would cost them time. */
enum HiddenCommand {
    /** {@code bpf plugin}: the script {@code ring3-bpf-plugin}. */
    PLUGIN("bpf plugin"),
    /** {@code train}: what the launcher runs to fill its start-up cache. */
    TRAINING("train");

    private final String words;

    HiddenCommand(String words) {
        this.words = words;
    }

    private List<String> words() {
        return List.of(words.split(" "));
    }

    /** The one that a command line names, or null. */
    static @Nullable HiddenCommand named(List<String> arguments) {
        for (HiddenCommand command : values()) {
            int count = command.words().size();
            if (arguments.size() >= count && arguments.subList(0, count).equals(command.words())) {
                return command;
            }
        }
        return null;
    }

    /** Runs it, given the whole command line. */
    int run(List<String> arguments, Terminal terminal) {
        return switch (this) {
            case PLUGIN -> new BpfPlugin(terminal).run(arguments.subList(words().size(), arguments.size()));
            case TRAINING -> Training.run();
        };
    }
}
