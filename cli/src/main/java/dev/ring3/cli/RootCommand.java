package dev.ring3.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3}: the root of the commands, each of which is a class of its own. */
@Command(
        name = "ring3",
        description = {
            "A snapshotting file server whose I/O path is programmed with BPF, and its parts: a BPF runtime, a memory-model"
                    + " checker, processes without races, measurements.",
            ""
        },
        versionProvider = RootCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 serve --mount /mnt"})
final class RootCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Reached only where no command was named. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** Ring3's version and what it runs on: the first thing a report of a defect needs. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(Version.class.getModule().getDescriptor())
                    .flatMap(ModuleDescriptor::rawVersion)
                    .orElse("(unpackaged)");
            return new String[] {
                "ring3 " + version,
                "JDK %s, %s %s"
                        .formatted(Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"))
            };
        }
    }
}
