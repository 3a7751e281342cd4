package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
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

    /**
     * Prints an answer that has many of one kind.
     *
     * @param head what the columns are called that a person gets
     * @param rows what a person gets below
     */
    void printTable(Terminal terminal, String schema, JsonObject answer, List<String> head, Stream<List<String>> rows) {
        if (wanted) {
            terminal.out().println(JsonObject.ofSchema(schema).putAll(answer));
        } else {
            TextTable.print(Stream.concat(Stream.of(head), rows).toList(), terminal);
        }
        terminal.out().flush();
    }
}
