package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 snapshot receive}. */
@Command(
        name = "receive",
        description = {
            "Make a read-only subvolume of what 'ring3 snapshot send' wrote.",
            "",
            "What has come before a cut stays. The same command goes on with it: with the whole stream once more, or with"
                    + " what 'ring3 snapshot send --resume POSITION' writes. Deleting the subvolume gives it up.",
            ""
        },
        footer = {"", "Example: ring3 snapshot receive --data /backup /monday < monday.r3"})
final class ReceiveCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Parameters(index = "0", paramLabel = "PATH", description = "Where it is to be; not there yet, or there in part.")
    private String path = "";

    @Option(names = "--input", paramLabel = "FILE", description = "Where from. Default: standard input.")
    private @Nullable Path input;

    @Mixin
    private JsonOption json = new JsonOption();

    ReceiveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return volume.with(api -> {
            try (InputStream from = input == null ? terminal.in() : Files.newInputStream(input)) {
                JsonObject made = api.upload("/api/v1/stream?path=" + ApiClient.encode(path), from);
                json.print(terminal, "ring3.snapshot.receive/1", made, made.text("path"));
                return ExitCode.OK;
            } catch (IOException e) {
                throw CommandException.usage("the stream cannot be read: " + e.getMessage());
            } catch (ApiException e) {
                throw CommandException.negative(e.getMessage() + goOn(api));
            }
        });
    }

    /** How to go on, if there is something to go on with. */
    private String goOn(ApiClient api) {
        try {
            JsonObject info = Targets.subvolume(api, path);
            return info.has("receiving")
                    ? "; go on with: ring3 snapshot send --resume %s ...".formatted(info.text("receiving"))
                    : "";
        } catch (ApiException _) {
            return ""; // nothing is there
        }
    }
}
