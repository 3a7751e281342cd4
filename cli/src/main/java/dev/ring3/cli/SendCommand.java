package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 snapshot send}. */
@Command(
        name = "send",
        description = {
            "Write a read-only snapshot as a stream, for 'ring3 snapshot receive'.",
            "",
            "With --since, only what differs from an earlier snapshot, which the other side has to have received.",
            ""
        },
        footer = {
            "",
            "Example: ring3 snapshot send /.snapshots/tuesday --since /.snapshots/monday |"
                    + " ssh host ring3 snapshot receive /tuesday"
        })
final class SendCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Its path: /.snapshots/monday.")
    private String path = "";

    @Option(names = "--since", paramLabel = "SNAPSHOT", description = "Send what differs from this one.")
    private @Nullable String since;

    @Option(
            names = "--resume",
            paramLabel = "POSITION",
            description = "Go on from here: what 'ring3 snapshot receive' said when it was cut.")
    private @Nullable String resume;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to. Default: standard output.")
    private @Nullable Path output;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (output == null && terminal.interactive().getAsBoolean()) {
            throw CommandException.usage("a stream is not for people; give --output, or a pipe");
        }
        return volume.with(api -> {
            String query = (since == null ? "" : "&since=" + Targets.id(api, since))
                    + (resume == null ? "" : "&resume=" + ApiClient.encode(resume));
            String target = "%s/%d/stream?%s".formatted(Targets.SUBVOLUMES, Targets.id(api, path), query);
            try (OutputStream into = output == null ? terminal.out() : Files.newOutputStream(output);
                    OutputStream buffered = new BufferedOutputStream(into, 1 << 16)) {
                api.download(target, buffered);
                return ExitCode.OK;
            } catch (IOException e) {
                throw CommandException.usage("the stream cannot be written: " + e.getMessage());
            }
        });
    }
}
