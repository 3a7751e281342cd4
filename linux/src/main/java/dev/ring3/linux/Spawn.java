package dev.ring3.linux;

import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program, and gives a {@link Child} that no thread waits for. Descriptors other than the three standard ones
 * are not inherited, nor are blocked signals. Text becomes UTF-8.
 *
 * <pre>{@code
 * try (Child child = Spawn.named("sort").stdin(Redirect.PIPE).deadline(Duration.ofSeconds(5)).start()) {
 *     child.stdin().close();
 *     ExitStatus status = child.await();
 * }
 * }</pre>
 *
 * <p>What is set before counts at {@link #start}, which can be called again. Not thread-safe.
 */
public final class Spawn {
    /** {@code waitid}: {@code P_PID}, {@code WEXITED}, {@code siginfo_t}. */
    private static final int P_PID = 1;

    private static final int WEXITED = 4;
    private static final int SIGNAL_INFO_BYTES = 128;
    private static final int SIGKILL = 9;

    private final byte[] program;
    private final boolean isSearched;
    private final List<String> command;
    private @Nullable Map<String, String> environment; // null for this process's own, which is then not copied
    private @Nullable Path directory;
    private Redirect stdin = Redirect.INHERIT;
    private Redirect stdout = Redirect.INHERIT;
    private Redirect stderr = Redirect.INHERIT;
    private Grouping grouping = Grouping.NONE;
    private @Nullable Path cgroup;
    private @Nullable Duration deadline;

    private Spawn(byte[] program, boolean isSearched, List<String> command) {
        this.program = program;
        this.isSearched = isSearched;
        this.command = command;
    }

    /** A program by its path. */
    public static Spawn of(Path program, String... arguments) {
        return new Spawn(
                PathBytes.of(program.toAbsolutePath()), false, command(program.toString(), List.of(arguments)));
    }

    /** A program by its name, looked for in the {@code PATH} of this process. */
    public static Spawn named(String program, String... arguments) {
        return new Spawn(encode(program), true, command(program, List.of(arguments)));
    }

    private static List<String> command(String name, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(name);
        command.addAll(arguments);
        command.forEach(Spawn::encode); // refused here rather than at the start
        return List.copyOf(command);
    }

    /** Replaces all variables, which are otherwise those of this process. */
    public Spawn environment(Map<String, String> variables) {
        variables.forEach(Spawn::requireVariable);
        environment = new LinkedHashMap<>(variables);
        return this;
    }

    /** Sets a variable. */
    public Spawn variable(String name, String value) {
        requireVariable(name, value);
        own().put(name, value);
        return this;
    }

    /** Removes a variable. */
    public Spawn withoutVariable(String name) {
        own().remove(name);
        return this;
    }

    private Map<String, String> own() {
        Map<String, String> set = environment;
        if (set == null) {
            set = new LinkedHashMap<>(System.getenv());
            environment = set;
        }
        return set;
    }

    /** Where it starts; otherwise where this process is. */
    public Spawn directory(Path path) {
        directory = path;
        return this;
    }

    /** Where its input comes from; otherwise from where this process's does. */
    public Spawn stdin(Redirect redirect) {
        if (redirect instanceof Redirect.WithOutput) {
            throw new IllegalArgumentException("input is not with output");
        }
        stdin = redirect;
        return this;
    }

    /** Where its output goes; otherwise where this process's does. */
    public Spawn stdout(Redirect redirect) {
        if (redirect instanceof Redirect.WithOutput) {
            throw new IllegalArgumentException("output is where output is");
        }
        stdout = redirect;
        return this;
    }

    /** Where its error output goes; otherwise where this process's does. */
    public Spawn stderr(Redirect redirect) {
        stderr = redirect;
        return this;
    }

    /** What {@link Child#killTree} and a deadline reach; the child alone, if it is not set. */
    public Spawn grouping(Grouping value) {
        grouping = value;
        return this;
    }

    /**
     * The control group of version 2 in which it starts, and which {@link Child#killTree} empties.
     *
     * @param folder below where such groups are mounted
     */
    public Spawn cgroup(Path folder) {
        cgroup = folder;
        return this;
    }

    /** How long it may run before it is killed as {@link Child#killTree} does. */
    public Spawn deadline(Duration after) {
        if (after.isNegative()) {
            throw new IllegalArgumentException("a deadline before the start");
        }
        deadline = after;
        return this;
    }

    /**
     * Starts it.
     *
     * @throws LinuxException with {@link Errno#ENOENT}, {@link Errno#EACCES}, {@link Errno#ENOEXEC} and so on, if the
     *     program, its directory or a file cannot be had
     * @throws UnsupportedHostException if the C library cannot do what is asked, or there are no calls of Linux
     */
    public Child start() {
        SystemCalls calls = HostSystemCalls.get();
        PidfdReactor reactor = PidfdReactor.shared();
        try (StandardFiles files = new StandardFiles(calls, reactor.loop(), this)) {
            int pid;
            try (PosixSpawn native0 = new PosixSpawn(command.getFirst())) {
                pid = start(native0, files);
            }
            Pidfd pidfd = ofNewChild(calls, pid);
            return new Child(pidfd, reactor, files.handOver(), this);
        }
    }

    private int start(PosixSpawn spawn, StandardFiles files) {
        if (directory != null) {
            if (!PosixSpawn.changesDirectory()) {
                throw new UnsupportedHostException(new Unavailable(
                        Reason.NO_SUCH_CALL, "to start a program in a directory takes glibc 2.29 or musl 1.1.24"));
            }
            spawn.changeDirectory(PathBytes.of(directory));
        }
        switch (grouping) {
            case NONE -> {}
            case PROCESS_GROUP -> spawn.ownGroup();
            case SESSION -> spawn.ownSession();
        }
        files.applyTo(spawn);
        Map<String, String> set = environment;
        List<byte[]> variables = set == null ? Inherited.VARIABLES : encode(set);
        if (cgroup == null) {
            return spawn.start(program, isSearched, encode(command), variables);
        }
        if (PosixSpawn.choosesCgroup()) {
            try (RawFile folder = RawFile.open(cgroup, Access.READ, OpenFlag.DIRECTORY)) {
                spawn.cgroup(folder.descriptor());
                return spawn.start(program, isSearched, encode(command), variables);
            }
        }
        return startThroughShell(spawn, cgroup, variables);
    }

    /** Before glibc 2.39: a shell puts itself into the group and becomes the program. */
    private int startThroughShell(PosixSpawn spawn, Path folder, List<byte[]> variables) {
        Path procs = folder.toAbsolutePath().resolve("cgroup.procs");
        RawFile.open(procs, Access.WRITE).close(); // whose refusal says more than a shell's
        List<byte[]> shell = new ArrayList<>();
        shell.add(encode("sh"));
        shell.add(encode("-c"));
        shell.add(encode("echo 0 >\"$0\" && exec \"$@\""));
        shell.add(PathBytes.of(procs));
        shell.add(program);
        encode(command.subList(1, command.size())).forEach(shell::add);
        return spawn.start(encode("/bin/sh"), false, shell, variables);
    }

    /** The number is the child's as long as nobody reaps it, and nobody does who does not know of it. */
    private static Pidfd ofNewChild(SystemCalls calls, int pid) {
        try {
            return PidfdOpening.open(calls, pid, 0);
        } catch (LinuxException e) {
            // No descriptor left. A child that nobody can wait for must not stay; it is killed, so this is short. All
            // that is done here is of classes that are loaded, for to load one takes a descriptor.
            try (CallMemory memory = CallMemory.open()) {
                calls.call(memory, SystemCall.KILL, pid, SIGKILL);
                MemorySegment info = memory.allocate(SIGNAL_INFO_BYTES, Long.BYTES);
                long result;
                do {
                    result = calls.call(memory, SystemCall.WAITID, P_PID, pid, info.address(), WEXITED, 0);
                } while (result == -Errno.EINTR.number());
            }
            throw e;
        }
    }

    Grouping grouping() {
        return grouping;
    }

    Optional<Path> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    Redirect stdin() {
        return stdin;
    }

    Redirect stdout() {
        return stdout;
    }

    Redirect stderr() {
        return stderr;
    }

    private static void requireVariable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("a variable named \"" + name + "\"");
        }
        encode(name);
        encode(value);
    }

    /** That of this process, which the JDK reads once too. */
    private static final class Inherited {
        private static final List<byte[]> VARIABLES = encode(System.getenv());
    }

    private static List<byte[]> encode(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(variable -> encode(variable.getKey() + "=" + variable.getValue()))
                .toList();
    }

    private static List<byte[]> encode(List<String> texts) {
        return texts.stream().map(Spawn::encode).toList();
    }

    private static byte[] encode(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in \"" + text + "\", with which the kernel ends it");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return Arrays.toString(command.toArray());
    }
}
