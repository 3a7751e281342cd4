package dev.ring3.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The C library's {@code posix_spawn(3)}. A thread of the JVM cannot fork by a system call of its own: the child would
 * return from it into Java code on a stack that it shares. The library does it on a stack apart, with all signals blocked.
 *
 * <p>Its functions return an errno instead of setting it. What newer versions of glibc have is looked up and may be
 * missing: {@link #closesFrom}, {@link #changesDirectory}, {@link #choosesCgroup}.
 */
final class PosixSpawn implements AutoCloseable {
    /** Larger than {@code posix_spawnattr_t} and {@code posix_spawn_file_actions_t} of glibc (336, 80) and musl. */
    private static final int OBJECT_BYTES = 1024;

    /** {@code sigset_t} of both. */
    private static final int SIGNAL_SET_BYTES = 128;

    private static final short SETPGROUP = 0x02;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final short SETCGROUP = 0x100;

    // Every argument is of the width of a register, whatever its type, so that few shapes of call have to be made.
    private static final MethodHandle SPAWN = required("posix_spawn", 6);
    private static final MethodHandle SPAWN_SEARCHING = required("posix_spawnp", 6);
    private static final MethodHandle ACTIONS_INIT = required("posix_spawn_file_actions_init", 1);
    private static final MethodHandle ACTIONS_DESTROY = required("posix_spawn_file_actions_destroy", 1);
    private static final MethodHandle ADD_DUP2 = required("posix_spawn_file_actions_adddup2", 3);
    private static final MethodHandle ADD_CLOSE = required("posix_spawn_file_actions_addclose", 2);
    private static final MethodHandle ATTR_INIT = required("posix_spawnattr_init", 1);
    private static final MethodHandle ATTR_DESTROY = required("posix_spawnattr_destroy", 1);
    private static final MethodHandle SET_FLAGS = required("posix_spawnattr_setflags", 2);
    private static final MethodHandle SET_GROUP = required("posix_spawnattr_setpgroup", 2);
    private static final MethodHandle SET_MASK = required("posix_spawnattr_setsigmask", 2);

    /** glibc 2.29, musl 1.1.24. */
    private static final Optional<MethodHandle> ADD_CHDIR = find("posix_spawn_file_actions_addchdir_np", 2);

    /** glibc 2.34. */
    private static final Optional<MethodHandle> ADD_CLOSE_FROM = find("posix_spawn_file_actions_addclosefrom_np", 2);

    /** glibc 2.39. */
    private static final Optional<MethodHandle> SET_CGROUP = find("posix_spawnattr_setcgroup_np", 2);

    private final CallMemory memory = CallMemory.open();
    private final MemorySegment actions;
    private final MemorySegment attributes;
    private final String object;
    private short flags = SETSIGMASK;

    /** @param object names in messages what is started */
    PosixSpawn(String object) {
        this.object = object;
        this.actions = memory.allocate(OBJECT_BYTES, Long.BYTES);
        this.attributes = memory.allocate(OBJECT_BYTES, Long.BYTES);
        require("posix_spawn_file_actions_init", call(ACTIONS_INIT, actions));
        require("posix_spawnattr_init", call(ATTR_INIT, attributes));
        // Threads of the JVM block signals of its own; a program starts with none blocked.
        MemorySegment none = memory.allocate(SIGNAL_SET_BYTES, Long.BYTES);
        require("posix_spawnattr_setsigmask", call(SET_MASK, attributes, none.address()));
    }

    static boolean closesFrom() {
        return ADD_CLOSE_FROM.isPresent();
    }

    static boolean changesDirectory() {
        return ADD_CHDIR.isPresent();
    }

    static boolean choosesCgroup() {
        return SET_CGROUP.isPresent();
    }

    void duplicate(int from, int to) {
        require("posix_spawn_file_actions_adddup2", call(ADD_DUP2, actions, from, to));
    }

    void close(int descriptor) {
        require("posix_spawn_file_actions_addclose", call(ADD_CLOSE, actions, descriptor));
    }

    void closeFrom(int descriptor) {
        require("posix_spawn_file_actions_addclosefrom_np", call(ADD_CLOSE_FROM.orElseThrow(), actions, descriptor));
    }

    void changeDirectory(byte[] path) {
        MemorySegment name = memory.cString(path);
        require("posix_spawn_file_actions_addchdir_np", call(ADD_CHDIR.orElseThrow(), actions, name.address()));
    }

    void ownGroup() {
        flags |= SETPGROUP;
        require("posix_spawnattr_setpgroup", call(SET_GROUP, attributes, 0));
    }

    void ownSession() {
        flags |= SETSID;
    }

    void cgroup(int folder) {
        flags |= SETCGROUP;
        require("posix_spawnattr_setcgroup_np", call(SET_CGROUP.orElseThrow(), attributes, folder));
    }

    /**
     * Starts the program.
     *
     * @param program its path, or with {@code isSearched} a name that is looked for in {@code PATH}
     * @return the child's number
     */
    int start(byte[] program, boolean isSearched, List<byte[]> arguments, List<byte[]> environment) {
        require("posix_spawnattr_setflags", call(SET_FLAGS, attributes, flags));
        MemorySegment pid = memory.allocate(Integer.BYTES, Integer.BYTES);
        MemorySegment name = memory.cString(program);
        MemorySegment argv = vector(arguments);
        MemorySegment envp = vector(environment);
        int errno;
        try {
            errno = (int) (isSearched ? SPAWN_SEARCHING : SPAWN)
                    .invokeExact(
                            pid.address(),
                            name.address(),
                            actions.address(),
                            attributes.address(),
                            argv.address(),
                            envp.address());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        require("posix_spawn", errno);
        return pid.get(ValueLayout.JAVA_INT, 0);
    }

    /** Addresses of strings, and null. */
    private MemorySegment vector(List<byte[]> strings) {
        List<MemorySegment> copies = new ArrayList<>(strings.size());
        strings.forEach(string -> copies.add(memory.cString(string)));
        MemorySegment vector = memory.allocate((copies.size() + 1L) * Long.BYTES, Long.BYTES);
        for (int i = 0; i < copies.size(); i++) {
            vector.setAtIndex(ValueLayout.JAVA_LONG, i, copies.get(i).address());
        }
        return vector;
    }

    @Override
    public void close() {
        call(ACTIONS_DESTROY, actions);
        call(ATTR_DESTROY, attributes);
        memory.close();
    }

    private void require(String function, int errno) {
        if (errno != 0) {
            throw new LinuxException(function, object, errno);
        }
    }

    private static int call(MethodHandle handle, MemorySegment first) {
        try {
            return (int) handle.invokeExact(first.address());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int call(MethodHandle handle, MemorySegment first, long second) {
        try {
            return (int) handle.invokeExact(first.address(), second);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int call(MethodHandle handle, MemorySegment first, long second, long third) {
        try {
            return (int) handle.invokeExact(first.address(), second, third);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a downcall handle throws nothing by itself", e);
    }

    private static MethodHandle required(String symbol, int arguments) {
        return find(symbol, arguments).orElseThrow(() -> new IllegalStateException("a C library without " + symbol));
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> find(String symbol, int arguments) {
        Linker linker = Linker.nativeLinker();
        ValueLayout[] registers =
                Collections.nCopies(arguments, ValueLayout.JAVA_LONG).toArray(ValueLayout[]::new);
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, registers);
        return linker.defaultLookup().find(symbol).map(address -> linker.downcallHandle(address, type));
    }
}
