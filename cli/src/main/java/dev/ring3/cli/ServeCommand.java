package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ring3 serve}: a volume, mounted. */
@Command(
        name = "serve",
        description = {
            "Serve a volume with subvolumes and snapshots: mount it on this machine.",
            "",
            "The volume lies in a data directory, and is begun where there is none. It is mounted through FUSE, which"
                    + " wants root and /dev/fuse, and used like any other filesystem; every snapshot of a subvolume is"
                    + " found under .snapshots in it.",
            "Runs until it is stopped by Ctrl-C or SIGTERM, or somebody unmounts the directory. Then everything is"
                    + " durable. After a crash the volume opens by itself, as docs/volume.md says.",
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

    @Option(names = "--mount", paramLabel = "DIR", required = true, description = "The directory to mount it on.")
    private String mount = "";

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most that the volume may take of the disk: 500M, 20G. Default: as much as there is.")
    private @Nullable Long limitBytes;

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
            terminal.err().println("ring3: %s was unmounted by somebody else; stopping".formatted(mount));
            removeHook(hook);
        }
        return ExitCode.OK;
    }

    private Server start() {
        try {
            long limit = limitBytes == null ? Long.MAX_VALUE : limitBytes;
            return Server.start(new ServerOptions(Path.of(data), Optional.of(Path.of(mount)), limit));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        } catch (UnsupportedHostException e) {
            throw CommandException.unsupported(String.valueOf(e.getMessage()));
        } catch (LinuxException e) {
            throw lacking(e);
        } catch (FsException e) {
            throw CommandException.usage("cannot serve %s: %s".formatted(data, e.getMessage()));
        }
    }

    private static CommandException lacking(LinuxException e) {
        if (e.errno() == Errno.EPERM || e.errno() == Errno.EACCES) {
            return CommandException.unsupported("mounting wants root: " + e.getMessage());
        }
        return CommandException.unsupported(
                "%s; FUSE comes with the kernel's module 'fuse' (modprobe fuse)".formatted(e.getMessage()));
    }

    private void announce(Server server) {
        VolumeSpace space = server.space();
        terminal.out()
                .println("Serving %s on %s: %s of %s free. Stop with Ctrl-C."
                        .formatted(
                                data, mount, ByteSize.text(space.availableBytes()), ByteSize.text(space.totalBytes())));
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
