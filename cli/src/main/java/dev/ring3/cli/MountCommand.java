package dev.ring3.cli;

import dev.ring3.linux.Access;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Mount;
import dev.ring3.linux.Mounting;
import dev.ring3.linux.Mounts;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
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
    private static final String FUSE = "fuse";
    private static final String SUBTYPE = "ring3";

    private final Terminal terminal;

    @Mixin
    private ServerAccess server = new ServerAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "DIR", description = "The directory.")
    private Path directory = Path.of("");

    @Option(names = "--read-only", fallbackValue = "true", description = "Nothing can be written there.")
    private boolean readOnly;

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
                JsonObject wanted =
                        new JsonObject().put("directory", place.toString()).put("readOnly", readOnly);
                api.call("POST", "/api/v1/mounts", wanted);
                tell(place, "mounted on " + place);
            }
            return ExitCode.OK;
        });
    }

    private int cleanUp(Path place) {
        Mount mount = Mounts.list().stream()
                .filter(each -> each.point().filter(place.toString()::equals).isPresent())
                .reduce((_, last) -> last) // the uppermost of several
                .orElseThrow(() -> CommandException.negative("nothing is mounted on " + place));
        if (!isOurs(mount)) {
            throw CommandException.negative("%s is no mount of Ring3's".formatted(place));
        }
        if (isAlive(place)) {
            throw CommandException.negative(
                    "the server of %s answers; --unmount takes the mount away".formatted(place));
        }
        Mounting.unmount(place, true);
        tell(place, place + " is unmounted; its server was gone");
        return ExitCode.OK;
    }

    private void tell(Path place, String text) {
        boolean mounted = !unmount && !cleanup;
        JsonObject answer = new JsonObject().put("directory", place.toString()).put("mounted", mounted);
        json.print(terminal, "ring3.mount/1", answer, text);
    }

    /** By the one of both ways in which the kernel tells the type. */
    private static boolean isOurs(Mount mount) {
        String type = mount.type().orElse("");
        return type.equals(FUSE + "." + SUBTYPE)
                || (type.equals(FUSE) && mount.subtype().filter(SUBTYPE::equals).isPresent());
    }

    /** A dead mount answers ENOTCONN to everything; a live one answers, or lets one wait. */
    private static boolean isAlive(Path place) {
        try (RawFile root =
                RawFile.open(place, Access.READ, OpenFlag.DIRECTORY)) { // attributes the kernel may remember
            return root.descriptor() >= 0;
        } catch (LinuxException e) {
            return e.errno() != Errno.ENOTCONN;
        }
    }
}
