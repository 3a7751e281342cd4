package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 fs}: files of a volume that need not be mounted. */
@Command(
        name = "fs",
        description = "List, read and write files of a volume, mounted or not, and check it.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 fs ls /"})
final class FsCommand implements Runnable {
    private static final String CONTENT = "/api/v1/fs/content?path=";
    private static final String BYTES = " bytes";
    private static final String PATH = "Its path in the volume: /projects/a.txt.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** A time without what is below a second. */
    static String seconds(String time) {
        return Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code ring3 fs ls}. */
    @Command(
            name = "ls",
            description = "List a directory.",
            footer = {"", "Example: ring3 fs ls /.snapshots"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(arity = "0..1", paramLabel = "PATH", defaultValue = "/", description = "The directory. Default: /")
        private String path = "/";

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                List<JsonObject> entries = entries(api);
                if (json.isWanted()) {
                    terminal.out()
                            .println(JsonObject.ofSchema("ring3.fs.ls/1")
                                    .put("path", path)
                                    .putObjects("entries", entries));
                } else {
                    table(entries).forEach(terminal.out()::println);
                }
                return ExitCode.OK;
            });
        }

        private List<JsonObject> entries(ApiClient api) {
            List<JsonObject> entries = new ArrayList<>();
            String target = "/api/v1/fs/list?path=" + ApiClient.encode(path);
            JsonObject answer = api.get(target);
            entries.addAll(answer.objects("entries"));
            while (answer.has("next")) {
                answer = api.get(target + "&after=" + answer.text("next"));
                entries.addAll(answer.objects("entries"));
            }
            entries.sort(Comparator.comparing(entry -> entry.text("name")));
            return entries;
        }

        private static List<String> table(List<JsonObject> entries) {
            List<List<String>> rows = new ArrayList<>();
            for (JsonObject entry : entries) {
                rows.add(List.of(
                        entry.text("type"),
                        entry.text("mode"),
                        "%d:%d".formatted(entry.number("uid"), entry.number("gid")),
                        ByteSize.text(entry.number("sizeBytes")),
                        seconds(entry.text("modified")),
                        entry.text("name")));
            }
            return TextTable.lines(rows);
        }
    }

    /** {@code ring3 fs stat}. */
    @Command(
            name = "stat",
            description = "Show all that is known of a file.",
            footer = {"", "Example: ring3 fs stat /projects"})
    static final class StatFile implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(paramLabel = "PATH", description = PATH)
        private String path = "";

        @Mixin
        private JsonOption json = new JsonOption();

        StatFile(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject stat = api.get("/api/v1/fs/stat?path=" + ApiClient.encode(path));
                if (json.isWanted()) {
                    terminal.out()
                            .println(JsonObject.ofSchema("ring3.fs.stat/1").putAll(stat));
                    return ExitCode.OK;
                }
                List<List<String>> rows = new ArrayList<>();
                stat.members().forEach((name, value) -> rows.add(row(stat, name, PlainText.of(value))));
                TextTable.lines(rows).forEach(terminal.out()::println);
                return ExitCode.OK;
            });
        }

        /** A member as words: {@code sizeBytes} is a size, told in a unit and exactly. */
        private static List<String> row(JsonObject stat, String name, String value) {
            String words = name.replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
            if (!words.endsWith(BYTES)) {
                return List.of(words, value);
            }
            long size = stat.number(name);
            String exactly = size < 1024 ? "" : " (%d)".formatted(size);
            return List.of(words.substring(0, words.length() - BYTES.length()), ByteSize.text(size) + exactly);
        }
    }

    /** {@code ring3 fs cat}. */
    @Command(
            name = "cat",
            description = "Write the content of files to standard output.",
            footer = {"", "Example: ring3 fs cat /.snapshots/monday/notes.txt"})
    static final class Cat implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(paramLabel = "PATH", arity = "1..*", description = PATH)
        private List<String> files = new ArrayList<>();

        Cat(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                for (String path : files) {
                    download(api, path, terminal.out(), "standard output");
                }
                terminal.out().flush();
                return ExitCode.OK;
            });
        }
    }

    private static void download(ApiClient api, String path, OutputStream into, String name) {
        try {
            api.download(CONTENT + ApiClient.encode(path), into);
        } catch (IOException e) {
            throw CommandException.usage("%s cannot be written: %s".formatted(name, e.getMessage()));
        }
    }

    /** {@code ring3 fs get}. */
    @Command(
            name = "get",
            description = "Copy a file out of the volume.",
            footer = {"", "Example: ring3 fs get /notes.txt notes.txt"})
    static final class Get implements Callable<Integer> {
        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(index = "0", paramLabel = "PATH", description = PATH)
        private String path = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "FILE",
                description = "What is written on this machine. Default: a file of that name here.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            Path target = file != null ? file : Path.of(path).getFileName();
            if (target == null) {
                throw CommandException.usage(path + " is no file");
            }
            return volume.with(api -> {
                // Asked before anything is written: what is there stays if there is nothing to put in its place.
                api.get("/api/v1/fs/stat?path=" + ApiClient.encode(path));
                try (OutputStream into = Files.newOutputStream(target)) {
                    download(api, path, into, target.toString());
                    return ExitCode.OK;
                } catch (IOException e) {
                    throw CommandException.usage("%s cannot be written: %s".formatted(target, e.getMessage()));
                }
            });
        }
    }

    /** {@code ring3 fs put}. */
    @Command(
            name = "put",
            description = {
                "Copy a file into the volume, or standard input.",
                "",
                "What was there stays until all has come and is durable.",
                ""
            },
            footer = {"", "Example: ring3 fs put notes.txt /notes.txt"})
    static final class Put implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(index = "0", paramLabel = "FILE", description = "A file of this machine; - is standard input.")
        private String file = "";

        @Parameters(index = "1", paramLabel = "PATH", description = PATH)
        private String path = "";

        Put(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                try (InputStream from =
                        file.equals(CommandFiles.STANDARD) ? terminal.in() : Files.newInputStream(Path.of(file))) {
                    JsonObject done = api.upload(CONTENT + ApiClient.encode(path), from);
                    String text = "%s has %s".formatted(path, ByteSize.text(done.number("sizeBytes")));
                    json.print(terminal, "ring3.fs.put/1", done, text);
                    return ExitCode.OK;
                } catch (IOException e) {
                    throw CommandException.usage("%s cannot be read: %s".formatted(file, e));
                }
            });
        }
    }
}
