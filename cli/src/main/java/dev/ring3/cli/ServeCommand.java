package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.server.NfsAccess;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ring3 serve}: a volume, for everybody who is to use it. */
@Command(
        name = "serve",
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Serve a volume with subvolumes and snapshots.",
            "",
            "The volume lies in a data directory, and is begun where there is none. It is used through NFS, and with --mount"
                    + " like any other filesystem of this machine; that goes through FUSE, which wants /dev/fuse, and root or the"
                    + " package fuse3. Every snapshot of a subvolume is found under .snapshots in it.",
            "Commands such as 'ring3 status' and 'ring3 snapshot' find the server by its data directory. A browser gets in"
                    + " by the URL that is printed, once.",
            "Runs until it is stopped by Ctrl-C or SIGTERM. Then everything is durable, and the exit status is the signal's: 130"
                    + " or 143. After a crash the volume opens by itself, as docs/volume.md says.",
            ""
        },
        footer = {"", "Example: ring3 serve --data /srv/ring3 --mount /mnt"})
final class ServeCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 100;

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "ring3-data",
            description = "Where the volume is kept. Default: ./${DEFAULT-VALUE}.")
    private String data = "";

    @Option(names = "--mount", paramLabel = "DIR", description = "The directory to mount it on. Default: none.")
    private @Nullable String mount;

    @Option(
            names = "--allow-other",
            fallbackValue = "true",
            description =
                    "Let other users into the mount also where it is not root who serves, as root's mounts always do."
                            + " Wants a line user_allow_other in /etc/fuse.conf, which root writes.")
    private boolean allowOther;

    @Option(
            names = "--http",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8033",
            converter = ListenAddress.class,
            description = "Where the API and the console are, or off. Default: ${DEFAULT-VALUE}.")
    private ListenAddress.Choice http = ListenAddress.Choice.OFF;

    @Option(
            names = "--http-name",
            paramLabel = "NAME",
            split = ",",
            description = "A name by which browsers and others may ask for it there, besides those of the address;"
                    + " as often as there are some.")
    private List<String> httpNames = new ArrayList<>();

    @Mixin
    private NfsArguments nfs = new NfsArguments();

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most that the volume may take of the disk: 500M, 20G. Default: as much as there is.")
    private @Nullable Long limitBytes;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "How much memory the cache of file data may take, as it is needed. Default: 256M.")
    private @Nullable Long memoryBytes;

    @Option(
            names = "--no-hooks",
            fallbackValue = "true",
            description = "Ask no programs, also none that are attached: for when one of them keeps everybody out."
                    + " Then none can be attached or detached either.")
    private boolean noHooks;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings, a line each: http = off. The command line and variables win over them.")
    private @Nullable String config;

    @Option(
            names = "--print-config",
            fallbackValue = "true",
            description = "Print the settings as they would be, in the form of such a file, and end.")
    private boolean printConfig;

    @Spec
    private CommandSpec spec;

    private volatile boolean stopping; // written by the shutdown hook

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a file can set. */
    static List<String> settings(CommandSpec spec) {
        return spec.options().stream()
                .filter(ServeCommand::isSetting)
                .map(ServeCommand::key)
                .toList();
    }

    private static boolean isSetting(OptionSpec option) {
        return !option.inherited()
                && !option.usageHelp()
                && !List.of("--config", "--print-config").contains(option.longestName());
    }

    private static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    private int print() {
        if (config != null) {
            terminal.out().println("# with the settings in " + config);
        }
        for (OptionSpec option : spec.options()) {
            if (isSetting(option)) {
                String value = value(option);
                terminal.out().println(value.isEmpty() ? "# " + key(option) + " =" : key(option) + " = " + value);
            }
        }
        return ExitCode.OK;
    }

    /** As it was written, wherever it was. */
    private String value(OptionSpec option) {
        List<String> typed = spec.commandLine().getParseResult().hasMatchedOption(option)
                ? option.originalStringValues()
                : List.of();
        if (!typed.isEmpty()) {
            return String.join(",", typed);
        }
        try {
            String set = spec.defaultValueProvider().defaultValue(option);
            return set != null ? set : Objects.requireNonNullElse(option.defaultValue(), "");
        } catch (Exception e) {
            throw new IllegalStateException("a variable that cannot be read", e);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (printConfig) {
            return print();
        }
        // Before it starts: whoever stops it meanwhile leaves no mount behind.
        CompletableFuture<Server> starting = new CompletableFuture<>();
        Thread hook = new Thread(() -> stop(starting), "ring3-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (Server server = start(starting)) {
            if (!stopping) {
                announce(server);
            }
            while (server.isServing()) {
                Thread.sleep(POLL_MILLIS);
            }
            if (stopping) {
                return ExitCode.OK; // unless a signal says otherwise
            }
            removeHook(hook);
            if (!server.problems().isEmpty()) {
                throw CommandException.unsupported("nothing is left to serve");
            }
            terminal.err().println("ring3: %s was unmounted by somebody else; stopping".formatted(mount));
        }
        return ExitCode.OK;
    }

    private Server start(CompletableFuture<Server> starting) {
        try {
            Server server = start();
            starting.complete(server);
            return server;
        } finally {
            starting.cancel(false); // without an effect where it is complete
        }
    }

    private static boolean isNoDirectory(Path path) {
        try {
            return !Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false; // a dead mount, which says so when something is mounted there
        }
    }

    private Server start() {
        try {
            if (mount != null && isNoDirectory(Path.of(mount))) {
                throw CommandException.usage(
                        "--mount %s: there is no such directory (ENOENT); make one first".formatted(mount));
            }
            return Server.start(options());
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        } catch (LinuxException | UnsupportedHostException e) {
            throw CommandException.unsupported(String.valueOf(e.getMessage()));
        } catch (FsException e) {
            throw CommandException.usage("cannot serve %s: %s%s".formatted(data, e.getMessage(), advice(e)));
        }
    }

    private static String advice(FsException failure) {
        return switch (failure.errno()) {
            case EBUSY ->
                failure.operation().equals("open")
                        ? "; stop what has it open, or name another directory with --data"
                        : "";
            case ENOSPC -> "; make room on its filesystem, nothing is lost";
            case EUCLEAN -> "; 'ring3 fs check' says what is wrong, with --repair it rebuilds what can be";
            default -> "";
        };
    }

    private ServerOptions options() {
        ServerOptions options = ServerOptions.of(Path.of(data));
        if (limitBytes != null) {
            options = options.withLimit(limitBytes);
        }
        if (memoryBytes != null) {
            options = options.withMemory(memoryBytes);
        }
        if (mount != null) {
            options = options.withMount(Path.of(mount));
        }
        if (allowOther) {
            options = options.withOthersAllowed();
        }
        if (noHooks) {
            options = options.withoutHooks();
        }
        Optional<NfsAccess> access = nfs.access();
        if (access.isPresent()) {
            options = options.withNfs(access.get());
        }
        return http.address() == null ? options : options.withHttp(http.address(), httpNames);
    }

    private void announce(Server server) {
        VolumeSpace space = server.space();
        terminal.out()
                .println("Serving %s: %s. Stop with Ctrl-C."
                        .formatted(data, StatusCommand.room(space.availableBytes(), space.totalBytes())));
        List<List<String>> ways = new ArrayList<>();
        server.exports().forEach(export -> ways.add(List.of("  " + export.text("kind"), export.text("how"))));
        ways.add(List.of(
                "  memory",
                "at most %s for file data, %s for metadata, %s of heap"
                        .formatted(
                                ByteSize.text(server.memory().fileDataBytes()),
                                ByteSize.text(server.memory().storeBytes()),
                                ByteSize.text(Runtime.getRuntime().maxMemory()))));
        server.loginUrl().ifPresent(url -> ways.add(List.of("  http", url + "  (lets one browser in, once)")));
        TextTable.lines(ways).forEach(terminal.out()::println);
        terminal.out().flush();
        if (server.exports().isEmpty()
                && server.loginUrl().isEmpty()
                && server.problems().isEmpty()) {
            terminal.err()
                    .println(
                            "ring3: only commands with --data %s reach it: --nfs and --http are off, and there is no --mount"
                                    .formatted(data));
        }
        server.problems().forEach(problem -> terminal.err().println("ring3: " + problem));
    }

    private void stop(CompletableFuture<Server> starting) {
        stopping = true;
        try {
            starting.join().close();
        } catch (CancellationException failed) {
            return; // the start has, and tells it
        }
        terminal.err().println("ring3: stopped; everything is durable");
        terminal.err().flush();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It has begun, and closes what is closed.
        }
    }
}
