package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Processors as programs see them: no two runs have the same at a time, and maps have a value for each. */
class ProcessorSlotsTest {
    private static final String NUMBER = "call 8\n exit";

    @Test
    void processor_ofARun_isInRange() {
        try (BpfRuntime runtime = BpfRuntime.create()) {
            assertThat(runtime.slots()).isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(runtime.program("p", Assembler.assemble(NUMBER, Dialect.LLVM), ProgramTypes.MEMORY)
                            .run(MemorySegment.NULL))
                    .isBetween(0L, runtime.slots() - 1L);
        }
    }

    @Test
    void slots_outOfRange_areRefused() {
        assertThatThrownBy(() -> BpfRuntime.builder().slots(0)).hasMessage("slots of 0");
        assertThatThrownBy(() -> BpfRuntime.builder().slots(8193)).hasMessage("8193 slots, at most 8192 are possible");
    }

    /** More threads than slots: each run finds its slot to be its own until it ends. */
    @Test
    void processor_ofRunsAtATime_isNeverShared() throws Exception {
        int slots = 2;
        AtomicIntegerArray users = new AtomicIntegerArray(slots);
        ProgramType type = ProgramTypes.MEMORY.with("look", (call, slot, change, r3, r4, r5) -> {
            return users.addAndGet((int) slot, (int) change);
        });
        int look = type.functions().number("look").getAsInt();
        String source = """
                call 8
                r6 = r0
                r1 = r6
                r2 = 1
                call %1$d
                r7 = r0
                r1 = r6
                r2 = -1
                call %1$d
                r0 = r7
                exit
                """.formatted(look);
        try (BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).slots(slots).build()) {
            BpfProgram program = runtime.program("p", Assembler.assemble(source, Dialect.LLVM), type);
            List<Boolean> alone = Parallel.run(4, i -> () -> {
                Invocation invocation = program.newInvocation();
                boolean all = true;
                for (int run = 0; run < 5_000; run++) {
                    all &= invocation.run() == 1;
                }
                return all;
            });
            assertThat(alone).containsOnly(true);
        }
    }

    /** Plain additions to the value of the own slot lose nothing; a runtime with immediate sharing would. */
    @Test
    void perCpuArray_plainAdditionsOfManyThreads_loseNothing() throws Exception {
        int threads = 4;
        int runs = 20_000;
        try (BpfRuntime runtime = BpfRuntime.builder().slots(2).build()) {
            PerCpuArrayMap map =
                    runtime.map("counts").valueBytes(8).entriesMax(3).perCpuArray();
            String source = """
                    *(u32 *)(r10 - 4) = 1
                    r1 = map_by_fd(1) ll
                    r2 = r10
                    r2 += -4
                    call 1
                    if r0 == 0 goto out
                    r1 = *(u64 *)(r0 + 0)
                    r1 += 1
                    *(u64 *)(r0 + 0) = r1
                    r0 = 0
                    out: exit
                    """;
            BpfProgram program = runtime.program(
                    "count",
                    Assembler.assemble(source, Dialect.LLVM),
                    ProgramTypes.MEMORY,
                    new Bindings(Map.of(1, map), List.of(), Map.of()));
            Parallel.run(threads, i -> () -> {
                Invocation invocation = program.newInvocation();
                for (int run = 0; run < runs; run++) {
                    invocation.run();
                }
                return 0;
            });
            long sum = map.value(1, 0).get(ValueLayout.JAVA_LONG, 0)
                    + map.value(1, 1).get(ValueLayout.JAVA_LONG, 0);
            assertThat(sum).isEqualTo((long) threads * runs);
            MapView<Integer, Long> view = MapView.of(map, Codec.INT, Codec.LONG);
            assertThat(view.values(1).stream().mapToLong(Long::longValue).sum()).isEqualTo(sum);
            assertThat(view.values(3)).isEmpty();
            assertThat(view.delete(1)).isEqualTo(MapResult.INVALID);
            assertThat(view.update(1, 5L, UpdateMode.INSERT)).isEqualTo(MapResult.EXISTS);
            assertThat(view.update(3, 5L, UpdateMode.ANY)).isEqualTo(MapResult.FULL);
            assertThat(view.put(2, 5L)).isEqualTo(MapResult.DONE);
            assertThat(map.value(2, 1).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(5);
        }
    }

    /** With one slot, a run inside another on the same thread has the same, and does not wait for it. */
    @Test
    void processor_ofARunInsideAnother_isSharedIfThereIsNoOther() {
        try (BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).slots(1).build()) {
            BpfProgram inner = runtime.program("inner", Assembler.assemble(NUMBER, Dialect.LLVM), ProgramTypes.MEMORY);
            ProgramType type =
                    ProgramTypes.MEMORY.with("inside", (call, r1, r2, r3, r4, r5) -> inner.run(MemorySegment.NULL));
            int inside = type.functions().number("inside").getAsInt();
            BpfProgram outer = runtime.program(
                    "outer",
                    Assembler.assemble("call 8\n r6 = r0\n call %d\n r0 += r6\n exit".formatted(inside), Dialect.LLVM),
                    type);
            assertThat(outer.run(MemorySegment.NULL)).isZero();
            assertThat(outer.run(MemorySegment.NULL)).isZero();
        }
    }
}
