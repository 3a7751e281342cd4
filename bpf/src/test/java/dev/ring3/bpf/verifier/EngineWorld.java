package dev.ring3.bpf.verifier;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.FuzzRuntime;
import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramArray;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.MapShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The world of fuzzed programs for real: maps, and a host whose functions do the same each time. One program in one
 * engine; the same program in another engine finds everything at the same addresses.
 */
final class EngineWorld implements AutoCloseable {
    private static final int HASH_ENTRIES = 3;
    private static final int HOST_VALUES = 32;
    private static final int HOST_VALUE_BYTES = 32;
    private static final int NUMBERS_AT = HOST_VALUES / 2; // below are objects, from here on elements of iterators
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Where the host has what it shows programs: memory that all of them may touch. */
    private static final MapShape HOST_MEMORY = MapShape.of("host", 2, 4, HOST_VALUE_BYTES, HOST_VALUES);

    /** What tail calls lead to besides the program itself. */
    private static final String TARGET_OF_BLOCK = """
            if r2 < 8 goto end
            r3 = 1
            lock *(u32 *)(r1 + 4) += r3
            end:
            r0 = r2
            exit
            """;

    private static final String TARGET_OF_CONTEXT = """
            r2 = *(u64 *)(r1 + 24)
            r2 += 1
            *(u64 *)(r1 + 24) = r2
            r0 = 3
            exit
            """;

    /** How a run ended and what was everywhere then. */
    static final class Outcome {
        private final String end;
        private final byte[] state;

        Outcome(String end, byte[] state) {
            this.end = end;
            this.state = state;
        }

        @Override
        public String toString() {
            return end;
        }

        /** How it ended, in a word or two. */
        String kind() {
            return end.startsWith("r0") ? "finished" : end.replaceAll(" at insn.*|:.*", "");
        }

        /** How this differs from another, empty if it does not. */
        String difference(Outcome other) {
            if (!end.equals(other.end)) {
                return "%s, and %s".formatted(end, other.end);
            }
            int at = Arrays.mismatch(state, other.state);
            return at < 0 ? "" : "%s in both, but byte %d of what it left differs".formatted(end, at);
        }
    }

    private final FuzzWorld world;
    private final FuzzRuntime runtime;
    private final BpfMap host;
    private final BpfProgram program;
    private final boolean checked;
    private long calls; // of the host's functions so far: what they give depends on it

    /**
     * Loads a program.
     *
     * @param verdict what the verifier said of it, or null to have every access checked
     * @param tailVerdict the same of {@link #target}
     */
    EngineWorld(
            FuzzProgram fuzzed,
            EngineKind engine,
            Verdict.@Nullable Accepted verdict,
            Verdict.@Nullable Accepted tailVerdict) {
        world = fuzzed.world();
        checked = verdict == null;
        runtime = new FuzzRuntime(engine);
        FuzzWorld.MAPS.forEach(runtime::add);
        host = runtime.add(HOST_MEMORY);
        ProgramType type = type();
        program = runtime.load(fuzzed.code(), type, FuzzWorld.ITERATORS, verdict);
        if (fuzzed.code().insns().contains(new Insn.CallHelper(FuzzWorld.TAIL_CALL))) {
            ProgramArray programs = (ProgramArray) runtime.maps().get(FuzzWorld.PROGRAMS);
            programs.set(0, runtime.load(target(world), type, Map.of(), tailVerdict));
            programs.set(1, program);
        }
    }

    /** The program that tail calls lead to. */
    static BpfCode target(FuzzWorld world) {
        return Assembler.assemble(world.isContext() ? TARGET_OF_CONTEXT : TARGET_OF_BLOCK, Dialect.LLVM);
    }

    /** Runs with what an input seed gives; what earlier runs left in maps stays there. */
    Outcome run(long input, long budget) {
        FuzzRandom random = new FuzzRandom(input);
        calls = 0;
        fillMaps(random);
        try (Invocation invocation = program.newInvocation()) {
            invocation.budget(budget);
            MemorySegment memory = invocation.memory(Math.max(world.lengthMin(), length(random)));
            fill(memory, random);
            MemorySegment context = null;
            if (world.isContext()) {
                context = invocation.context();
                fill(context, random);
                context.set(LONG, FuzzWorld.FuzzContext.OBJECT_AT, random.chance(60) ? hostMemory(0) : 0);
            }
            String end = switch (invocation.tryRun()) {
                case RunResult.Finished(long r0) -> "r0 = 0x%x".formatted(r0);
                case RunResult.Faulted faulted -> end(faulted);
            };
            return new Outcome(end, state(memory, context));
        }
    }

    private String end(RunResult.Faulted faulted) {
        // Of verified code nobody looks at registers that are not used any more.
        return "%s at insn %d%s"
                .formatted(faulted.kind(), faulted.programCounter(), checked ? " with " + faulted.registers() : "");
    }

    private byte[] state(MemorySegment memory, @Nullable MemorySegment context) {
        byte[] maps = runtime.state();
        int contextBytes = context == null ? 0 : (int) context.byteSize();
        byte[] all = Arrays.copyOf(maps, maps.length + contextBytes + (int) memory.byteSize());
        MemorySegment rest = MemorySegment.ofArray(all).asSlice(maps.length);
        if (context != null) {
            rest.copyFrom(context);
        }
        rest.asSlice(contextBytes).copyFrom(memory);
        return all;
    }

    private int length(FuzzRandom random) {
        int max = world.lengthMax();
        return switch (random.below(8)) {
            case 0 -> Math.min(max, 4096);
            case 1 -> random.below(4);
            case 2 -> max;
            default -> Math.min(max, random.between(16, 96));
        };
    }

    private static void fill(MemorySegment memory, FuzzRandom random) {
        memory.fill((byte) 0);
        for (long at = 0; at + Long.BYTES <= Math.min(memory.byteSize(), 96); at += Long.BYTES) {
            memory.set(LONG, at, random.number());
        }
    }

    private void fillMaps(FuzzRandom random) {
        for (int index : List.of(FuzzWorld.ARRAY, FuzzWorld.READ_ONLY)) {
            BpfMap map = runtime.maps().get(index);
            byte[] value = new byte[map.valueBytes()];
            for (int i = 0; i < map.entriesMax(); i++) {
                fill(MemorySegment.ofArray(value), random);
                put(map, i, value);
            }
        }
        BpfMap hash = runtime.maps().get(FuzzWorld.HASH);
        byte[] value = new byte[hash.valueBytes()];
        for (int i = 0; i < HASH_ENTRIES; i++) {
            fill(MemorySegment.ofArray(value), random);
            put(hash, i, value);
        }
        for (int i = 0; i < HOST_VALUES; i++) {
            put(host, i, new byte[HOST_VALUE_BYTES]);
        }
    }

    private static void put(BpfMap map, long key, byte[] value) {
        byte[] bytes = new byte[map.keyBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (key >> (i * Byte.SIZE));
        }
        MapView.of(map, Codec.ofBytes(bytes.length), Codec.ofBytes(value.length))
                .put(bytes, value);
    }

    // The host.

    private long hostMemory(int index) {
        return FuzzRuntime.address(host, index);
    }

    private ProgramType type() {
        HostFunctions functions = world.type.functions();
        HostFunctions kernel = ProgramTypes.MEMORY.functions();
        for (int number : new ArrayList<>(functions.numbers())) {
            FunctionContract contract = Objects.requireNonNull(functions.contract(number));
            functions = functions.with(
                    number,
                    contract,
                    switch (number) {
                        case FuzzWorld.RANDOM, FuzzWorld.SMALL_NUMBER -> (call, r1, r2, r3, r4, r5) -> number(number);
                        case FuzzWorld.READ -> (call, at, bytes, r3, r4, r5) -> read(call, at, bytes);
                        case FuzzWorld.FILL, FuzzWorld.CHANGE ->
                            (call, at, bytes, r3, r4, r5) -> change(call, at, bytes);
                        case FuzzWorld.FILL_FIXED ->
                            (call, at, r2, r3, r4, r5) -> change(call, at, FuzzWorld.FIXED_BYTES);
                        case FuzzWorld.ACQUIRE, FuzzWorld.LENT -> (call, r1, r2, r3, r4, r5) -> lent();
                        case FuzzWorld.RELEASE -> (call, r1, r2, r3, r4, r5) -> calls++;
                        case FuzzWorld.ITERATOR_NEW -> (call, at, from, to, r4, r5) -> newIterator(call, at, from, to);
                        case FuzzWorld.ITERATOR_NEXT -> (call, at, r2, r3, r4, r5) -> next(call, at);
                        case FuzzWorld.ITERATOR_DESTROY -> (call, at, r2, r3, r4, r5) -> destroy(call, at);
                        default -> Objects.requireNonNull(kernel.byNumber(number), () -> "no helper " + number);
                    });
        }
        return world.type.withFunctions(functions);
    }

    private long mixed() {
        return (++calls * 0x9e37_79b9_7f4a_7c15L) >>> 20;
    }

    private long number(int function) {
        int choices = FuzzWorld.SMALL_NUMBER_MAX - FuzzWorld.SMALL_NUMBER_MIN + 1;
        return function == FuzzWorld.RANDOM
                ? mixed() & 0xffff_ffffL
                : FuzzWorld.SMALL_NUMBER_MIN + Math.floorMod(mixed(), choices);
    }

    private long read(HostCall call, long at, long bytes) {
        long sum = calls++;
        MemorySegment memory = call.readable(at, bytes);
        for (long i = 0; i < bytes; i++) {
            sum += memory.get(ValueLayout.JAVA_BYTE, i) & 0xff;
        }
        return sum % 101;
    }

    private long change(HostCall call, long at, long bytes) {
        MemorySegment memory = call.writable(at, bytes);
        for (long i = 0; i < bytes; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) mixed());
        }
        return 0;
    }

    private long lent() {
        long choice = mixed();
        return choice % 3 == 0 ? 0 : hostMemory((int) (choice % NUMBERS_AT));
    }

    // Iterators: bits 0 to 31 the next number, 32 to 39 how many are left, 40 to 47 where their element is.

    private long newIterator(HostCall call, long at, long from, long to) {
        long turns = Math.clamp((long) (int) to - (int) from, 0, 20);
        call.writable(at, Long.BYTES)
                .set(LONG, 0, (from & 0xffff_ffffL) | turns << 32 | mixed() % (HOST_VALUES - NUMBERS_AT) << 40);
        return turns;
    }

    private long next(HostCall call, long at) {
        MemorySegment iterator = call.writable(at, Long.BYTES);
        long state = iterator.get(LONG, 0);
        long left = state >>> 32 & 0xff;
        if (left == 0) {
            return 0;
        }
        int element = NUMBERS_AT + (int) (state >>> 40) % (HOST_VALUES - NUMBERS_AT);
        long address = hostMemory(Math.max(NUMBERS_AT, element));
        call.writable(address, Integer.BYTES).set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) state);
        iterator.set(LONG, 0, (state & ~0xff_ffff_ffffL) | ((state + 1) & 0xffff_ffffL) | (left - 1) << 32);
        return address;
    }

    private static long destroy(HostCall call, long at) {
        call.writable(at, Long.BYTES).set(LONG, 0, 0);
        return 0;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
