package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BloomFilterMap;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.HashTableMap;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.LocalStorageMap;
import dev.ring3.bpf.LpmTrieMap;
import dev.ring3.bpf.MapOfMaps;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.PerCpuArrayMap;
import dev.ring3.bpf.ProgramArray;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.QueueMap;
import dev.ring3.bpf.RingBuffer;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A map of one of Ring3's runtimes. */
final class Ring3MapSite implements MapSite {
    private final BpfRuntime runtime;
    private final BpfMap map;
    private final BiConsumer<byte[], byte[]> put;

    Ring3MapSite(MapKind kind, Engine engine) {
        this.runtime = Ring3Subject.runtime(engine);
        this.map = kind.make(runtime);
        this.put = prepare(kind);
    }

    /** Puts in the maps that have to be there, or says how values are put in. */
    private BiConsumer<byte[], byte[]> prepare(MapKind kind) {
        return switch (map) {
            case MapOfMaps outer -> {
                BpfMap inner = MapKind.inner(runtime);
                for (long i = 0; i < kind.keys().count(); i++) {
                    outer.put(Codec.ofBytes(kind.keyBytes()), kind.key(i), inner);
                }
                yield (_, _) -> {};
            }
            case RingBuffer _, ProgramArray _ -> (_, _) -> {}; // programs put into the one, and are put into the other
            case ArrayMap _,
                    BloomFilterMap _,
                    HashTableMap _,
                    LocalStorageMap _,
                    LpmTrieMap _,
                    PerCpuArrayMap _,
                    QueueMap _ ->
                MapView.of(map, Codec.ofBytes(kind.keyBytes()), Codec.ofBytes(MapKind.VALUE_BYTES))::put;
        };
    }

    @Override
    public String reference() {
        return "map_by_idx(0)";
    }

    @Override
    public Subject load(BpfCode code) {
        ProgramType type = map instanceof ProgramArray ? KernelProgramTypes.XDP : ProgramTypes.MEMORY;
        BpfProgram program = runtime.program("measured", code, type, new Bindings(Map.of(), List.of(map), Map.of()));
        Invocation invocation = program.newInvocation();
        if (map instanceof ProgramArray programs && programs.get(0) == null) {
            programs.set(0, program); // itself: a chain as long as chains may be
        }
        return times -> {
            long result = 0;
            for (long i = 0; i < times; i++) {
                result = invocation.run();
                if (map instanceof RingBuffer ring) {
                    int _ = ring.consume(_ -> {});
                }
            }
            return result;
        };
    }

    @Override
    public void put(byte[] key, byte[] value) {
        put.accept(key, value);
    }
}
