package dev.ring3.bpf;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that does to a map what it is told to: it updates, deletes, or looks up and copies what it found. One thread
 * at a time.
 */
final class MapCaller implements AutoCloseable {
    private static final int UPDATE = 1;
    private static final int DELETE = 2;
    private static final int LOOKUP = 3;

    private static final int BYTES = 64;
    private static final int WHAT_AT = 0;
    private static final int FLAGS_AT = 8;
    private static final int SLOT_AT = 16;
    private static final int KEY_AT = 24;
    private static final int VALUE_AT = 32;

    private static final String HEAD = """
            r6 = r1
            call 8
            *(u64 *)(r6 + 16) = r0
            r7 = *(u64 *)(r6 + 0)
            r1 = map_by_fd(1) ll
            r2 = r6
            r2 += 24
            if r7 == 1 goto update
            if r7 == 2 goto delete
            call 1
            if r0 == 0 goto absent
            """;

    private static final String TAIL = """
            r0 = 1
            exit
            absent:
            r0 = 0
            exit
            update:
            r3 = r6
            r3 += 32
            r4 = *(u64 *)(r6 + 8)
            call 2
            exit
            delete:
            call 3
            exit
            """;

    private final BpfProgram program;
    private final Invocation invocation;
    private final MemorySegment memory;
    private final int words;

    MapCaller(BpfRuntime runtime, BpfMap map) {
        StringBuilder source = new StringBuilder(HEAD);
        this.words = map.valueBytes() / Long.BYTES;
        for (int i = 0; i < words; i++) {
            source.append("r1 = *(u64 *)(r0 + %d)%n*(u64 *)(r6 + %d) = r1%n".formatted(i * 8, VALUE_AT + i * 8));
        }
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        this.program = runtime.program(
                "caller",
                Assembler.assemble(source.append(TAIL).toString(), Dialect.LLVM),
                ProgramTypes.memory(BYTES, BYTES),
                bindings);
        this.invocation = program.newInvocation();
        this.memory = invocation.memory(BYTES);
    }

    /** The slot of the last run. */
    int slot() {
        return (int) memory.get(ValueLayout.JAVA_LONG, SLOT_AT);
    }

    int update(long key, long value, long flags) {
        memory.set(ValueLayout.JAVA_LONG, FLAGS_AT, flags);
        for (int i = 0; i < words; i++) {
            memory.set(ValueLayout.JAVA_LONG, VALUE_AT + i * Long.BYTES, value);
        }
        return (int) run(UPDATE, key);
    }

    int delete(long key) {
        return (int) run(DELETE, key);
    }

    /** The value of a key, whether there is one; {@link MapModel#TORN} if its words are not all the same. */
    @Nullable
    Long lookup(long key) {
        return run(LOOKUP, key) == 0 ? null : word();
    }

    private long word() {
        long first = memory.get(ValueLayout.JAVA_LONG, VALUE_AT);
        for (int i = 1; i < words; i++) {
            if (memory.get(ValueLayout.JAVA_LONG, VALUE_AT + i * Long.BYTES) != first) {
                return MapModel.TORN;
            }
        }
        return first;
    }

    private long run(int what, long key) {
        memory.set(ValueLayout.JAVA_LONG, WHAT_AT, what);
        memory.set(ValueLayout.JAVA_LONG, KEY_AT, key);
        return invocation.run();
    }

    @Override
    public void close() {
        invocation.close();
        program.close();
    }
}
