package dev.ring3.cli;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.JsonNode;
import java.nio.charset.StandardCharsets;

/** Reads what the commands that measure have written. */
final class BenchDocuments {
    private final CommandFiles files;

    BenchDocuments(Terminal terminal) {
        this.files = new CommandFiles(terminal);
    }

    BenchDocument read(String file) {
        try {
            return BenchDocument.parse(new String(files.read(file), StandardCharsets.UTF_8));
        } catch (JsonNode.FormException e) {
            throw CommandException.usage(
                    "%s is no report of ring3 bench: %s".formatted(CommandFiles.name(file), e.getMessage()));
        }
    }
}
