package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import picocli.CommandLine.Option;

/** The option {@code --json}, and how an answer is told with and without it. */
final class JsonOption {
    @Option(names = "--json", fallbackValue = "true", description = "Print one JSON object instead.")
    private boolean wanted;

    /** Whether a program reads the answer. */
    boolean isWanted() {
        return wanted;
    }

    /**
     * Prints an answer.
     *
     * @param schema the name and version of the object's form: {@code ring3.ps/1}
     * @param answer what a program gets
     * @param text what a person gets
     */
    void print(Terminal terminal, String schema, JsonObject answer, String text) {
        terminal.out().println(wanted ? JsonObject.ofSchema(schema).putAll(answer) : text);
        terminal.out().flush();
    }
}
