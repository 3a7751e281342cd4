package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code ring3 subvolume set}. */
@Command(
        name = "set",
        description = {
            "Change what is set for a subvolume or snapshot.",
            "",
            "A snapshot that is made writable is another from then on: no increment that was sent builds on it.",
            ""
        },
        footer = {"", "Example: ring3 subvolume set /projects --quota 10G --compression zstd"})
final class SubvolumeSetCommand implements Callable<Integer> {
    /** What a switch can be. */
    enum Switch {
        on,
        off
    }

    /** How data is stored. */
    enum Compression {
        none,
        zstd
    }

    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "PATH", description = "Its path.")
    private String path = "";

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Settings settings = new Settings();

    private static final class Settings {
        @Option(names = "--quota", paramLabel = "SIZE", description = "What its files may allocate: 10G; or none.")
        private @Nullable String quota;

        @Option(names = "--inodes", paramLabel = "NUMBER", description = "How many inodes it may have; or none.")
        private @Nullable String inodes;

        @Option(names = "--compression", paramLabel = "HOW", description = "Of data written from now on: none, zstd.")
        private @Nullable Compression compression;

        @Option(names = "--read-only", paramLabel = "ON", description = "Whether nobody can write to it: on, off.")
        private @Nullable Switch readOnly;

        @Option(
                names = "--hold",
                paramLabel = "ON",
                description = "on: keep it from being deleted, once more; off: take one of these back.")
        private @Nullable Switch hold;
    }

    SubvolumeSetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonObject wanted = wanted();
        return volume.with(api -> {
            String target = "%s/%d".formatted(Targets.SUBVOLUMES, Targets.id(api, path));
            JsonObject now = api.call("PATCH", target, wanted);
            json.print(terminal, "ring3.subvolume.set/1", now, path + " is set");
            return ExitCode.OK;
        });
    }

    private JsonObject wanted() {
        JsonObject wanted = new JsonObject();
        if (settings.quota != null) {
            wanted.put("quotaBytes", settings.quota.equals("none") ? -1 : bytes(settings.quota));
        }
        if (settings.inodes != null) {
            wanted.put("quotaInodes", settings.inodes.equals("none") ? -1 : count(settings.inodes));
        }
        if (settings.compression != null) {
            wanted.put("compression", settings.compression.name());
        }
        if (settings.readOnly != null) {
            wanted.put("readOnly", settings.readOnly == Switch.on);
        }
        if (settings.hold != null) {
            wanted.put("hold", settings.hold == Switch.on);
        }
        return wanted;
    }

    private static long bytes(String text) {
        try {
            return new ByteSize().convert(text);
        } catch (TypeConversionException e) {
            throw CommandException.usage("%s; or none".formatted(e.getMessage()));
        }
    }

    private static long count(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw CommandException.usage("\"%s\" is no number of inodes".formatted(text));
        }
    }
}
