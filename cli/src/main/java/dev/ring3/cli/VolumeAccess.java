package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.LostRange;
import dev.ring3.fs.volume.RepairReport;
import dev.ring3.fs.volume.RestoreReport;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.VolumeReport;
import dev.ring3.linux.Errno;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names a volume, and how a command works on it: through the server that has it open, or directly. */
final class VolumeAccess {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "ring3-data",
            description =
                    "The volume's data directory. Default: ./${DEFAULT-VALUE}. A server that has it open is asked;"
                            + " else it is opened.")
    private String data = "";

    /** Does something with the volume, wherever it is open, and opens it where it is not. */
    <T> T with(Function<ApiClient, T> action) {
        try (ApiClient api = open()) {
            return action.apply(api);
        } catch (ApiException e) {
            throw failure(e);
        }
    }

    /** As a command tells it. */
    static CommandException failure(ApiException e) {
        String message = String.valueOf(e.getMessage());
        if (e.isUsage()) {
            return CommandException.usage(message);
        }
        return e.isUnsupported() ? CommandException.unsupported(message) : CommandException.negative(message);
    }

    /** Repairs the volume, which nobody has open. */
    RepairReport repair(VolumeReport.Progress progress) {
        try {
            return StoredVolume.repair(Path.of(data), spec.qualifiedName(), progress);
        } catch (FsException e) {
            throw failure(e);
        }
    }

    /** Puts metadata back into the volume's directory, which nobody has open. */
    RestoreReport restore(
            InputStream backup, boolean replace, VolumeReport.Progress progress, Consumer<LostRange> lost) {
        try {
            return StoredVolume.restore(backup, Path.of(data), replace, spec.qualifiedName(), progress, lost);
        } catch (FsException e) {
            throw switch (e.errno()) {
                case EEXIST ->
                    CommandException.usage("%s has metadata; with --replace it is put aside".formatted(data));
                case EXDEV, EBADMSG, EOPNOTSUPP -> CommandException.negative(String.valueOf(e.getMessage()));
                default -> failure(e);
            };
        } catch (UncheckedIOException e) {
            throw CommandException.negative("%s: %s".formatted(e.getMessage(), e.getCause()));
        }
    }

    private ApiClient open() {
        try {
            return ApiClient.open(Path.of(data), spec.qualifiedName());
        } catch (FsException e) {
            throw failure(e);
        }
    }

    private CommandException failure(FsException e) {
        return e.errno() == Errno.EBUSY
                ? CommandException.usage("%s; stop what has it open, and try again".formatted(e.getMessage()))
                : CommandException.usage("cannot open the volume in %s: %s".formatted(data, e.getMessage()));
    }
}
