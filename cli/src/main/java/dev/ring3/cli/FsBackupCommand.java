package dev.ring3.cli;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.BackupSummary;
import dev.ring3.server.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ring3 fs backup}. */
@Command(
        name = "backup",
        description = {
            "Write the metadata of the volume to a file: names, attributes, snapshots, where data lies; no data.",
            "",
            "Of one moment, also while the volume is served. What is written is read again before it is said to be done.",
            ""
        },
        footer = {"", "Example: ring3 fs backup --data /srv/ring3 /backup/monday.r3m"})
final class FsBackupCommand implements Callable<Integer> {
    static final String SCHEMA = "ring3.fs.backup/1";
    private static final int BUFFER_BYTES = 1 << 16;

    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Parameters(paramLabel = "FILE", description = "What is written on this machine; must not be there yet.")
    private Path file = Path.of("");

    @Mixin
    private JsonOption json = new JsonOption();

    FsBackupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw CommandException.usage("%s is there already".formatted(file));
        } catch (IOException e) {
            throw CommandException.usage("%s cannot be made: %s".formatted(file, e.getMessage()));
        }
        boolean done = false;
        try {
            write();
            BackupSummary summary = read();
            json.print(terminal, SCHEMA, json(summary), text(summary));
            done = true;
            return ExitCode.OK;
        } catch (IOException e) {
            throw CommandException.negative("%s cannot be written: %s".formatted(file, e.getMessage()));
        } catch (FsException e) {
            throw CommandException.negative("%s is not what was written: %s".formatted(file, e.getMessage()));
        } finally {
            if (!done) {
                deleteQuietly();
            }
        }
    }

    private void deleteQuietly() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // why the command failed is what has to be told
        }
    }

    private void write() throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE));
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
            IOException[] failure = {null};
            volume.with(api -> {
                try {
                    api.download("/api/v1/backup", out);
                } catch (IOException e) {
                    failure[0] = e;
                }
                return 0;
            });
            if (failure[0] != null) {
                throw failure[0];
            }
            out.flush();
            channel.force(true);
        }
    }

    private BackupSummary read() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return BackupSummary.read(in);
        }
    }

    static JsonObject json(BackupSummary summary) {
        return new JsonObject()
                .put("volume", summary.volume().toString())
                .put("taken", summary.taken().toString())
                .put("records", summary.records())
                .put("bytes", summary.bytes());
    }

    static String text(BackupSummary summary) {
        return "metadata of volume %s, of %s: %,d records, %s"
                .formatted(
                        summary.volume(),
                        FsCommand.seconds(summary.taken().toString()),
                        summary.records(),
                        ByteSize.text(summary.bytes()));
    }
}
