package dev.ring3.bpf;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.engine.ProgramImage;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.verifier.Verdict;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A runtime for one program of a fuzzer that compares engines: its maps have any shape, it is loaded with a verdict that
 * was found before, or with none, and everything in it can be looked at afterwards. What is done in the same order has
 * the same addresses in each of these, as long as there is one at a time.
 */
public final class FuzzRuntime implements AutoCloseable {
    private final BpfRuntime runtime;
    private final List<BpfMap> maps = new ArrayList<>();

    /** A runtime that needs no verdicts. */
    public FuzzRuntime(EngineKind engine) {
        runtime = BpfRuntime.builder()
                .engine(engine)
                .verification(Verification.OFF)
                .slots(2)
                .build();
    }

    /** Makes the next map; where it is a hash map, keys are spread in the same way each time. */
    public BpfMap add(MapShape shape) {
        int flags = shape.type() == HashTableMap.TYPE_HASH ? MapFlags.ZERO_SEED : 0;
        BpfMap map = runtime.map(shape, flags, 0);
        shape.constants().ifPresent(bytes -> ((ArrayMap) map).fill(bytes));
        maps.add(map);
        return map;
    }

    /** The maps in the order in which they were made, by which programs name them. */
    public List<BpfMap> maps() {
        return maps;
    }

    /** Where a value of an array is. */
    public static long address(BpfMap array, int index) {
        return ((ArrayMap) array).addressOrZero(index);
    }

    /**
     * Loads a program that may use all maps.
     *
     * @param verdict what the verifier said of it; null for one that runs with every access checked
     */
    public BpfProgram load(
            BpfCode code, ProgramType type, Map<Integer, Integer> numbers, Verdict.@Nullable Accepted verdict) {
        ProgramSource source = new ProgramSource(
                "fuzz", code, type, new Bindings(Map.of(), maps, Map.of()), numbers, new InsnLines(code));
        return runtime.program(
                verdict == null
                        ? source
                        : source.withVerdict(
                                verdict.packetLoads(),
                                new ProgramImage.Proof(
                                        verdict.statistics().insnsProcessed(), verdict.contextFields())));
    }

    /** What programs can have changed: all values, and what was submitted to ring buffers, which is taken out. */
    public byte[] state() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (BpfMap map : maps) {
            for (MemoryRegion region : ((MapBase) map).regions()) {
                write(BpfMemory.SEGMENT.asSlice(region.start(), region.bytes()), all);
            }
            if (map instanceof RingBuffer ring) {
                ring.consume(recorded -> write(recorded, all));
            }
        }
        return all.toByteArray();
    }

    private static void write(MemorySegment bytes, ByteArrayOutputStream to) {
        to.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void close() {
        runtime.close();
    }
}
