package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.DataDirectory;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names a volume, and how a command works on it: directly, where no server has it. */
final class VolumeAccess {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "ring3-data",
            description = "The volume's data directory. Default: ./${DEFAULT-VALUE}. No server may have it open.")
    private String data = "";

    /** Opens the volume, does something with it and closes it. */
    <T> T with(Function<VolumePaths, T> action) {
        try (Volume volume = open()) {
            return action.apply(new VolumePaths(volume));
        } catch (FsException e) {
            throw CommandException.negative(e.getMessage());
        }
    }

    private Volume open() {
        try {
            return DataDirectory.openExisting(Path.of(data), spec.qualifiedName());
        } catch (FsException e) {
            if (e.errno() == Errno.EBUSY) {
                throw CommandException.usage("%s; stop what has it open, and try again".formatted(e.getMessage()));
            }
            throw CommandException.usage("cannot open the volume in %s: %s".formatted(data, e.getMessage()));
        }
    }
}
