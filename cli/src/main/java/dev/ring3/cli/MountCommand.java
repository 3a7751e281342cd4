package dev.ring3.cli;

import dev.ring3.fuse.ExistingMount;
import dev.ring3.linux.LinuxException;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 mount}: one more place where a server's volume is seen. */
@Command(
        name = "mount",
        description = {
            "Let the server of a data directory mount the volume on a directory of this machine.",
            "",
            "With --unmount it is taken away again. With --cleanup a mount is taken away whose server was killed: it answers"
                    + " every access with 'Transport endpoint is not connected' until then. That needs no server.",
            ""
        },
        footer = {"", "Example: ring3 mount /mnt"})
final class MountCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerAccess server = new ServerAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "DIR", description = "The directory.")
    private Path directory = Path.of("");

    @Option(names = "--read-only", fallbackValue = "true", description = "Nothing can be written there.")
    private boolean readOnly;

    @Option(
            names = "--allow-other",
            fallbackValue = "true",
            description = "Let other users in also where the server is not root's; as 'ring3 serve --help' says.")
    private boolean allowOther;

    @Option(names = "--unmount", fallbackValue = "true", description = "Take the mount away.")
    private boolean unmount;

    @Option(names = "--cleanup", fallbackValue = "true", description = "Take away a mount whose server is gone.")
    private boolean cleanup;

    MountCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (unmount && cleanup) {
            throw CommandException.usage("--unmount asks the server, --cleanup is for when there is none");
        }
        Path place = directory.toAbsolutePath().normalize();
        if (cleanup) {
            return cleanUp(place);
        }
        return server.ask("; 'ring3 serve --mount %s' starts one".formatted(place), api -> {
            if (unmount) {
                api.call("DELETE", "/api/v1/mounts?directory=" + ApiClient.encode(place.toString()), null);
                tell(place, place + " is unmounted");
            } else {
                JsonObject wanted = new JsonObject()
                        .put("directory", place.toString())
                        .put("readOnly", readOnly)
                        .put("allowOther", allowOther);
                api.call("POST", "/api/v1/mounts", wanted);
                tell(place, "mounted on " + place);
            }
            return ExitCode.OK;
        });
    }

    private int cleanUp(Path place) {
        ExistingMount mount = ExistingMount.on(place)
                .orElseThrow(() -> CommandException.negative("nothing is mounted on %s by Ring3".formatted(place)));
        if (mount.isAlive()) {
            throw CommandException.negative(
                    "the server of %s answers, or not this user; --unmount takes the mount away".formatted(place));
        }
        try {
            mount.remove();
        } catch (LinuxException e) {
            throw CommandException.unsupported(String.valueOf(e.getMessage()));
        }
        tell(place, place + " is unmounted; its server was gone");
        return ExitCode.OK;
    }

    private void tell(Path place, String text) {
        boolean mounted = !unmount && !cleanup;
        JsonObject answer = new JsonObject().put("directory", place.toString()).put("mounted", mounted);
        json.print(terminal, "ring3.mount/1", answer, text);
    }
}
