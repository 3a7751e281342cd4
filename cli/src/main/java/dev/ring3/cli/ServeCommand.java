package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ring3 serve}: a volume, for everybody who is to use it. */
@Command(
        name = "serve",
        description = {
            "Serve a volume with subvolumes and snapshots.",
            "",
            "The volume lies in a data directory, and is begun where there is none. With --mount it is used like any other"
                    + " filesystem of this machine; that goes through FUSE, which wants root and /dev/fuse. Every"
                    + " snapshot of a subvolume is found under .snapshots in it.",
            "Commands such as 'ring3 status' and 'ring3 snapshot' find the server by its data directory. A browser gets in"
                    + " by the URL that is printed, once.",
            "Runs until it is stopped by Ctrl-C or SIGTERM. Then everything is durable. After a crash the volume opens by"
                    + " itself, as docs/volume.md says.",
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
            names = "--http",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8033",
            converter = ListenAddress.class,
            description = "Where the API and the console are, or off. Default: ${DEFAULT-VALUE}.")
    private ListenAddress.Choice http = ListenAddress.Choice.OFF;

    @Option(
            names = "--http-name",
            paramLabel = "NAME",
            description = "A name by which browsers and others may ask for it there, besides those of the address;"
                    + " as often as there are some.")
    private List<String> httpNames = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most that the volume may take of the disk: 500M, 20G. Default: as much as there is.")
    private @Nullable Long limitBytes;

    @Option(
            names = "--no-hooks",
            fallbackValue = "true",
            description = "Ask no programs, also none that are attached: for when one of them keeps everybody out."
                    + " Then none can be attached or detached either.")
    private boolean noHooks;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Server server = start()) {
            Thread hook = new Thread(() -> stop(server), "ring3-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            announce(server);
            while (server.isServing()) {
                Thread.sleep(POLL_MILLIS);
            }
            removeHook(hook);
            if (!server.problems().isEmpty()) {
                throw CommandException.unsupported("nothing is left to serve");
            }
            terminal.err().println("ring3: %s was unmounted by somebody else; stopping".formatted(mount));
        }
        return ExitCode.OK;
    }

    private Server start() {
        try {
            return Server.start(options());
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        } catch (LinuxException | UnsupportedHostException e) {
            throw CommandException.unsupported(String.valueOf(e.getMessage()));
        } catch (FsException e) {
            throw CommandException.usage("cannot serve %s: %s".formatted(data, e.getMessage()));
        }
    }

    private ServerOptions options() {
        ServerOptions options = ServerOptions.of(Path.of(data));
        if (limitBytes != null) {
            options = options.withLimit(limitBytes);
        }
        if (mount != null) {
            options = options.withMount(Path.of(mount));
        }
        if (noHooks) {
            options = options.withoutHooks();
        }
        InetSocketAddress address = http.address();
        return address == null ? options : options.withHttp(address, httpNames);
    }

    private void announce(Server server) {
        VolumeSpace space = server.space();
        terminal.out()
                .println("Serving %s: %s of %s free. Stop with Ctrl-C."
                        .formatted(data, ByteSize.text(space.availableBytes()), ByteSize.text(space.totalBytes())));
        server.exports()
                .forEach(export ->
                        terminal.out().println("  %s  %s".formatted(export.text("kind"), export.text("address"))));
        server.loginUrl()
                .ifPresent(url -> terminal.out().println("  http  %s  (lets one browser in, once)".formatted(url)));
        server.problems().forEach(problem -> terminal.err().println("ring3: " + problem));
        terminal.out().flush();
    }

    private void stop(Server server) {
        server.close();
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
