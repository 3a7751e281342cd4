package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.LoadResult;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.TestRun;
import dev.ring3.linux.UpdateMode;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs programs in the kernel, compiled by its JIT where that is on. One thread at a time. */
final class KernelEngine implements Candidate, AutoCloseable {
    /** What a program of the packet flavors returns if it was given no packet of the right length. */
    static final int NO_PACKET = 0x0bad_9ac8;

    private static final byte[] INDEX_ZERO = new byte[Integer.BYTES];
    private static final byte[] ANY_PACKET = new byte[64];

    private final KernelBpf bpf;
    private final KernelMap map;

    KernelEngine(KernelBpf bpf) {
        this.bpf = bpf;
        this.map = bpf.createMap(MapSpec.array(TestProgram.MEMORY_BYTES, 1).withName("memory"));
    }

    /** Loads a body behind its flavor's prologue; refused with the verifier's log where the verifier refuses. */
    LoadResult<KernelProgram> load(TestProgram program) {
        List<Insn> insns = new ArrayList<>(program.flavor().prologue(map.descriptor(), TestProgram.MEMORY_BYTES));
        insns.addAll(program.code().insns());
        byte[] bytes = InsnLayout.encode(BpfCode.of(insns), ByteOrder.nativeOrder());
        return bpf.load(ProgramSpec.of(program.flavor().type(), bytes).withName("differential"));
    }

    /** A loaded body, which is the receiver's to close. */
    Prepared prepared(KernelProgram loaded, Flavor flavor) {
        return new Prepared() {
            @Override
            public Outcome run(byte[] memory) {
                return flavor.hasPlainMemory() ? runOnMap(loaded, memory) : runOnPacket(loaded, memory);
            }

            @Override
            public void close() {
                loaded.close();
            }
        };
    }

    @Override
    public String name() {
        return "the kernel";
    }

    @Override
    public Optional<Prepared> prepare(TestProgram program) {
        return switch (load(program)) {
            case Loaded<KernelProgram>(KernelProgram loaded, String _) ->
                Optional.of(prepared(loaded, program.flavor()));
            case Rejected<KernelProgram> _ -> Optional.empty();
        };
    }

    @Override
    public void close() {
        map.close();
    }

    private static Outcome runOnPacket(KernelProgram loaded, byte[] memory) {
        TestRun run = loaded.testRun(TestInput.ofData(memory));
        if (run.returnValue() == NO_PACKET) {
            throw new IllegalStateException("the kernel did not hand over the packet");
        }
        return new Outcome.Finished(run.returnValue(), run.data());
    }

    private Outcome runOnMap(KernelProgram loaded, byte[] memory) {
        map.update(INDEX_ZERO, memory, UpdateMode.ANY);
        TestRun run = loaded.testRun(TestInput.ofData(ANY_PACKET));
        return new Outcome.Finished(run.returnValue(), map.lookup(INDEX_ZERO).orElseThrow());
    }
}
