package dev.ring3.hooks;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Attached objects as files of a directory of the host, {@code NAME.hook} each, beside the volume that they belong to. A
 * file is written under another name, made durable, and renamed: at any time there is the old one or the new one.
 */
public final class FileHookStore implements HookStore {
    private static final String SUFFIX = ".hook";
    private static final String UNFINISHED = ".new";

    private final Path directory;

    /** A store in a directory, which is made when something is put into it. */
    public FileHookStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<StoredHook> load() {
        List<StoredHook> hooks = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return hooks;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                hooks.add(HookRecordLayout.decode(Files.readAllBytes(file), file.toString()));
            }
        } catch (IOException e) {
            throw failure("load", directory, e);
        }
        hooks.sort(Comparator.comparing(StoredHook::name));
        return hooks;
    }

    @Override
    public void put(StoredHook hook) {
        Path file = file(hook.name());
        Path unfinished = directory.resolve(hook.name() + UNFINISHED);
        try {
            makeDirectory();
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer record = ByteBuffer.wrap(HookRecordLayout.encode(hook));
                while (record.hasRemaining()) {
                    channel.write(record);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(directory);
        } catch (IOException e) {
            throw failure("put", file, e);
        }
    }

    @Override
    public void remove(String name) {
        try {
            Files.delete(file(name));
            sync(directory);
        } catch (NoSuchFileException _) {
            // It was never kept, or is gone already.
        } catch (IOException e) {
            throw failure("remove", file(name), e);
        }
    }

    private void makeDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Path above = directory.toAbsolutePath().getParent();
            if (above != null) {
                sync(above);
            }
        }
    }

    private Path file(String name) {
        return directory.resolve(name + SUFFIX);
    }

    /** A rename or removal is durable when its directory is. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FsException failure(String operation, Path file, IOException cause) {
        return new FsException(Errno.EIO, operation + " hook", file.toString(), cause);
    }
}
