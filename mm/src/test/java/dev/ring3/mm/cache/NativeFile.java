package dev.ring3.mm.cache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** A file by {@code pread(2)} and {@code pwrite(2)}, called as directly as Java can. */
final class NativeFile implements AutoCloseable {
    private static final int O_RDWR = 2;

    /** {@code include/uapi/asm-generic/fcntl.h}, and AArch64's own. */
    private static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle PREAD = transfer("pread");
    private static final MethodHandle PWRITE = transfer("pwrite");

    private final int descriptor;

    NativeFile(Path path, Arena arena) throws IOException {
        this(path, arena, O_RDWR);
    }

    /** Opened with O_DIRECT. */
    static NativeFile direct(Path path, Arena arena) throws IOException {
        return new NativeFile(path, arena, O_RDWR | O_DIRECT);
    }

    private NativeFile(Path path, Arena arena, int flags) throws IOException {
        try {
            descriptor = (int) OPEN.invokeExact(arena.allocateFrom(path.toString()), flags);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (descriptor < 0) {
            throw new IOException("cannot open " + path);
        }
    }

    long read(long offset, MemorySegment into) throws IOException {
        return call(PREAD, offset, into);
    }

    long write(long offset, MemorySegment from) throws IOException {
        return call(PWRITE, offset, from);
    }

    private long call(MethodHandle handle, long offset, MemorySegment memory) throws IOException {
        long done;
        try {
            done = (long) handle.invokeExact(descriptor, memory, memory.byteSize(), offset);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (done != memory.byteSize()) {
            throw new IOException("%d of %d bytes at %d".formatted(done, memory.byteSize(), offset));
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        try {
            if ((int) CLOSE.invokeExact(descriptor) != 0) {
                throw new IOException("close");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle transfer(String name) {
        return handle(
                name,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
