package dev.ring3.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A child's three standard files while it is being started. Closing closes what was opened for the child, and the ends
 * of pipes as well if they were not handed over.
 */
final class StandardFiles implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int STANDARD_COUNT = 3;

    private final SystemCalls calls;
    private final EventLoop loop;
    private final List<RawFile> ofChild = new ArrayList<>();
    private final List<RawFile> ours = new ArrayList<>();
    private final int[] sources = new int[STANDARD_COUNT];
    private @Nullable RawFile stdin;
    private @Nullable RawFile stdout;
    private @Nullable RawFile stderr;

    /** A source that is not to be touched, and one that is where output is. */
    private static final int AS_IT_IS = -1;

    private static final int WITH_OUTPUT = -2;

    StandardFiles(SystemCalls calls, EventLoop loop, Spawn spawn) {
        this.calls = calls;
        this.loop = loop;
        try {
            sources[0] = source(0, spawn.stdin());
            sources[1] = source(1, spawn.stdout());
            sources[2] = source(2, spawn.stderr());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private int source(int standard, Redirect redirect) {
        return switch (redirect) {
            case Redirect.Inherit _ -> AS_IT_IS;
            case Redirect.WithOutput _ -> WITH_OUTPUT;
            case Redirect.Discard _ -> ofChild(RawFile.open(calls, Path.of("/dev/null"), access(standard), 0));
            case Redirect.InFile(Path path, boolean isAppended) -> ofChild(file(standard, path, isAppended));
            case Redirect.Open(RawFile file) -> outOfTheWay(file.descriptor());
            case Redirect.Pipe _ -> pipe(standard);
        };
    }

    private static Access access(int standard) {
        return standard == 0 ? Access.READ : Access.WRITE;
    }

    private RawFile file(int standard, Path path, boolean isAppended) {
        return standard == 0
                ? RawFile.open(calls, path, Access.READ, 0)
                : RawFile.open(
                        calls,
                        path,
                        Access.WRITE,
                        0666,
                        OpenFlag.CREATE,
                        isAppended ? OpenFlag.APPEND : OpenFlag.TRUNCATE);
    }

    private int pipe(int standard) {
        Pipes.Pair pair = Pipes.open(calls, "pipe of a child's " + standard, false);
        RawFile own = standard == 0 ? pair.writer() : pair.reader();
        ours.add(own);
        switch (standard) {
            case 0 -> stdin = own;
            case 1 -> stdout = own;
            default -> stderr = own;
        }
        return ofChild(standard == 0 ? pair.reader() : pair.writer());
    }

    private int ofChild(RawFile file) {
        ofChild.add(file);
        return outOfTheWay(file.descriptor());
    }

    /** In a process that closed its standard files, others get their numbers, which are about to be overwritten. */
    private int outOfTheWay(int descriptor) {
        if (descriptor >= STANDARD_COUNT) {
            return descriptor;
        }
        try (CallMemory memory = CallMemory.open()) {
            long copy = calls.call(memory, SystemCall.FCNTL, descriptor, F_DUPFD_CLOEXEC, STANDARD_COUNT);
            LinuxException.require(copy, "fcntl(F_DUPFD_CLOEXEC)", "descriptor " + descriptor);
            ofChild.add(new RawFile(calls, (int) copy, "copy of descriptor " + descriptor, false));
            return (int) copy;
        }
    }

    /** Puts the three in their places and closes the rest. */
    void applyTo(PosixSpawn spawn) {
        for (int standard = 0; standard < STANDARD_COUNT; standard++) {
            int source = sources[standard];
            if (source == WITH_OUTPUT) {
                spawn.duplicate(1, standard);
            } else if (source != AS_IT_IS) {
                spawn.duplicate(source, standard);
            }
        }
        if (PosixSpawn.closesFrom()) {
            spawn.closeFrom(STANDARD_COUNT);
        } else {
            // What another thread opens from here on, without close-on-exec, is inherited after all.
            openDescriptors().forEach(spawn::close);
        }
    }

    private static List<Integer> openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(entry -> Integer.parseInt(String.valueOf(entry.getFileName())))
                    .filter(descriptor -> descriptor >= STANDARD_COUNT)
                    .toList();
        } catch (IOException e) {
            throw new LinuxException("open", "/proc/self/fd, which is hidden", Errno.ENOENT.number());
        }
    }

    /** This process's ends, which are the child's object's from here on. */
    Child.Channels handOver() {
        RawFile in = stdin;
        RawFile out = stdout;
        RawFile err = stderr;
        Child.Channels channels = new Child.Channels(
                in == null ? null : new PipeSink(in, loop),
                out == null ? null : new PipeSource(out, loop),
                err == null ? null : new PipeSource(err, loop));
        ours.clear();
        return channels;
    }

    @Override
    public void close() {
        ofChild.forEach(RawFile::close);
        ours.forEach(RawFile::close);
    }
}
