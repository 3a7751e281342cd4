package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Access;
import dev.ring3.linux.Errno;
import dev.ring3.linux.FilesystemSpace;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RangeMode;
import dev.ring3.linux.RawFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Segments as files of a directory on the host: {@code segment-0000002a.data}, and {@code reserve} beside them. */
public final class HostBlockDevice implements BlockDevice {
    private static final Pattern NAME = Pattern.compile("segment-(\\p{XDigit}{8})\\.data");
    private static final String RESERVE = "reserve";
    private static final String PROBE = "probe";
    private static final long RESERVE_STEP_BYTES = 1 << 20;
    private static final int PERMISSIONS = 0600;

    private final Path directory;
    private final HostCaching caching;

    /** Over a directory, which is made if it is not there. */
    public HostBlockDevice(Path directory, HostCaching caching) {
        this.directory = directory;
        this.caching = caching;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "make directory", directory.toString(), e);
        }
    }

    /**
     * Whether the host can read and write files of a directory past its own cache, which is tried there: not every
     * filesystem can, and what it says of itself is not the same everywhere.
     */
    public static boolean canBeDirect(Path directory) {
        Path probe = directory.resolve(PROBE);
        try (Arena arena = Arena.ofConfined();
                RawFile file = RawFile.open(
                        probe, Access.READ_WRITE, PERMISSIONS, OpenFlag.CREATE, OpenFlag.TRUNCATE, OpenFlag.DIRECT)) {
            MemorySegment block = arena.allocate(Blocks.BYTES, Blocks.BYTES);
            file.writeFully(block, 0);
            return file.readFully(block, 0) == Blocks.BYTES;
        } catch (LinuxException e) {
            return false;
        } finally {
            deleteQuietly(probe);
        }
    }

    private static void deleteQuietly(Path probe) {
        try {
            Files.deleteIfExists(probe);
        } catch (IOException e) {
            // An empty file that nobody looks at, and that the next probe takes over.
        }
    }

    @Override
    public NavigableSet<Integer> segments() {
        NavigableSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Integer.parseUnsignedInt(name.group(1), 16));
                }
            });
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "list segments", directory.toString(), e);
        }
        return numbers;
    }

    @Override
    public SegmentFile create(int number, long bytes) {
        Path path = path(number);
        return translated(() -> {
            RawFile file = openFile(path, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
            boolean done = false;
            try {
                HostSegmentFile segment = new HostSegmentFile(file, path, bytes, caching);
                segment.allocate(0, bytes);
                file.sync();
                syncDirectory();
                done = true;
                return segment;
            } finally {
                if (!done) {
                    file.close();
                    delete(number);
                }
            }
        });
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        Path path = path(number);
        return translated(() -> {
            RawFile file = openFile(path);
            if (file.sizeBytes() < bytes) {
                file.truncate(bytes); // the crash came while it was being made, so nothing names its blocks
            }
            return new HostSegmentFile(file, path, bytes, caching);
        });
    }

    @Override
    public void delete(int number) {
        try {
            Files.deleteIfExists(path(number));
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "delete segment", path(number).toString(), e);
        }
    }

    @Override
    public long usableBytes() {
        return translated(() -> {
            FilesystemSpace space = FilesystemSpace.of(directory);
            return space.blocksAvailable() * space.blockBytes();
        });
    }

    @Override
    public long holdReserve(long bytes) {
        return translated(() -> {
            try (RawFile file = RawFile.open(reserve(), Access.WRITE, PERMISSIONS, OpenFlag.CREATE)) {
                long held = file.sizeBytes();
                while (held < bytes) {
                    long step = Math.min(RESERVE_STEP_BYTES, bytes - held);
                    try {
                        file.allocate(RangeMode.ALLOCATE, held, step);
                    } catch (LinuxException e) {
                        if (e.errno() == Errno.ENOSPC) {
                            break;
                        }
                        throw e;
                    }
                    held += step;
                }
                return held;
            }
        });
    }

    @Override
    public void releaseReserve() {
        translated(() -> {
            try (RawFile file = RawFile.open(reserve(), Access.WRITE, PERMISSIONS, OpenFlag.CREATE)) {
                file.truncate(0);
                return 0;
            }
        });
    }

    @Override
    public void close() {}

    private RawFile openFile(Path path, OpenFlag... flags) {
        OpenFlag[] all = flags;
        if (caching == HostCaching.DIRECT) {
            all = Stream.concat(Stream.of(flags), Stream.of(OpenFlag.DIRECT)).toArray(OpenFlag[]::new);
        }
        return RawFile.open(path, Access.READ_WRITE, PERMISSIONS, all);
    }

    private void syncDirectory() {
        try (RawFile opened = RawFile.open(directory, Access.READ, OpenFlag.DIRECTORY)) {
            opened.sync();
        }
    }

    private Path path(int number) {
        return directory.resolve("segment-%08x.data".formatted(number));
    }

    private Path reserve() {
        return directory.resolve(RESERVE);
    }

    /** Errors of the host as errors of the volume: a full disk is one, all others are a broken one. */
    static <T> T translated(Supplier<T> action) {
        try {
            return action.get();
        } catch (LinuxException e) {
            Errno errno = switch (e.errno()) {
                case ENOSPC, EDQUOT -> Errno.ENOSPC;
                case EMFILE, ENFILE, ENOMEM -> e.errno();
                default -> Errno.EIO;
            };
            throw new FsException(
                    errno, e.operation(), e.object() + ": " + e.errno().message(), e);
        }
    }
}
