package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** A program as a native library in this process: its function {@code repeat} calls it as often as is asked. */
final class NativeSubject implements Subject {
    private static final FunctionDescriptor REPEAT = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle repeat;
    private final MemorySegment memory;

    @SuppressWarnings("restricted") // to run native code is what it is for
    NativeSubject(Path library, byte[] input) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
        repeat = Linker.nativeLinker().downcallHandle(symbols.findOrThrow("repeat"), REPEAT);
        memory = arena.allocate(input.length, Long.BYTES);
        memory.copyFrom(MemorySegment.ofArray(input));
    }

    @Override
    public long run(long times) {
        try {
            return (long) repeat.invokeExact(memory, memory.byteSize(), times);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of native code failed", e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
