package dev.ring3.cli;

import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads what the commands on litmus tests are given. */
final class LitmusFiles {
    private final CommandFiles files;

    LitmusFiles(CommandFiles files) {
        this.files = files;
    }

    String text(String file) {
        return new String(files.read(file), StandardCharsets.UTF_8);
    }

    /** The model of a file, which may include others that lie beside it; Ring3's own if there is no file. */
    LitmusModel model(@Nullable String file) {
        if (file == null) {
            return LitmusModel.standard();
        }
        Path parent = CommandFiles.path(file).toAbsolutePath().getParent();
        try {
            return LitmusModel.of(file, text(file), name -> {
                Path included = parent == null ? CommandFiles.path(name) : parent.resolve(CommandFiles.path(name));
                if (!Files.isRegularFile(included)) {
                    throw new IllegalArgumentException("there is no file %s".formatted(included));
                }
                return text(included.toString());
            });
        } catch (LitmusException problem) {
            throw CommandException.usage("%s: %s".formatted(file, problem.getMessage()));
        }
    }
}
