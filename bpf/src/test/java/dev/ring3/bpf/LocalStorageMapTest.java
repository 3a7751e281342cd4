package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.verifier.RejectedException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of processes and inodes, from programs and from the host, and that they go with their objects. */
class LocalStorageMapTest {
    private static final HostObject FIRST = HostObject.task(1);
    private static final HostObject SECOND = HostObject.task(2);

    private Optional<HostObject> task = Optional.of(FIRST);
    private Optional<HostObject> inode = Optional.of(HostObject.inode(3, 4));
    private final BpfRuntime runtime = builder(EngineKind.INTERPRETER);
    private final BpfRuntime compiled = builder(EngineKind.JIT);

    private BpfRuntime builder(EngineKind engine) {
        return BpfRuntime.builder().engine(engine).host(new Host()).build();
    }

    private final class Host implements BpfHost {
        @Override
        public Optional<HostTask> currentTask() {
            return task.map(identity -> new HostTask(identity, 1, 1, 0, 0, "test", 0));
        }

        @Override
        public Optional<HostObject> currentInode() {
            return inode;
        }
    }

    @AfterEach
    void close() {
        runtime.close();
        compiled.close();
    }

    private static LocalStorageMap tasks(BpfRuntime owner) {
        return owner.map("tasks").valueBytes(8).taskStorage();
    }

    /** Adds one to the value of the object that a function gives, which is made if the flags say so; -1 without one. */
    private static String count(String object, int helper, long flags) {
        return """
                %s
                if r0 == 0 goto none
                *(u64 *)(r10 - 8) = 10
                r1 = map_by_fd(1) ll
                r2 = r0
                r3 = r10
                r3 += -8
                r4 = %d
                call %d
                if r0 == 0 goto none
                r1 = 1
                lock *(u64 *)(r0 + 0) += r1
                r0 = *(u64 *)(r0 + 0)
                exit
                none:
                r0 = -1
                exit
                """.formatted(object, flags, helper);
    }

    private static long run(BpfMap map, String source) {
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        BpfRuntime owner = ((MapBase) map).runtime();
        try (BpfProgram program =
                owner.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            return program.run(MemorySegment.NULL);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void taskStorage_program_countsByTask(EngineKind engine) {
        LocalStorageMap map = tasks(engine == EngineKind.JIT ? compiled : runtime);
        assertThat(run(map, count("call 158", 156, 0))).as("none yet").isEqualTo(-1);
        assertThat(run(map, count("call 158", 156, 1))).isEqualTo(11);
        assertThat(run(map, count("call 158", 156, 1))).isEqualTo(12);
        assertThat(run(map, count("call 158", 156, 2))).as("unknown flag").isEqualTo(-1);
        task = Optional.of(SECOND);
        assertThat(run(map, count("call 158", 156, 1))).isEqualTo(11);
        task = Optional.empty();
        assertThat(run(map, count("call 158", 156, 1))).as("no task").isEqualTo(-1);
        assertThat(map.get(Codec.LONG, FIRST)).contains(12L);
        assertThat(map.size()).isEqualTo(2);
    }

    @Test
    void taskStorage_delete_takesTheValueAway() {
        LocalStorageMap map = tasks(runtime);
        map.put(Codec.LONG, FIRST, 5L, UpdateMode.INSERT);
        String delete = """
                call 158
                r1 = map_by_fd(1) ll
                r2 = r0
                call 157
                exit
                """;
        assertThat(run(map, delete)).isZero();
        assertThat(run(map, delete)).isEqualTo(-2);
        task = Optional.empty();
        assertThat(run(map, delete)).isEqualTo(-22);
        assertThat(map.get(Codec.LONG, FIRST)).isEmpty();
    }

    @Test
    void inodeStorage_program_countsByInode() {
        LocalStorageMap map = runtime.map("inodes").valueBytes(8).inodeStorage();
        int function =
                ProgramTypes.MEMORY.functions().number("ring3_current_inode").orElseThrow();
        assertThat(run(map, count("call " + function, 145, 1))).isEqualTo(11);
        assertThat(run(map, count("call " + function, 145, 1))).isEqualTo(12);
        assertThat(map.get(Codec.LONG, HostObject.inode(3, 4))).contains(12L);
        inode = Optional.empty();
        assertThat(run(map, count("call " + function, 145, 1))).isEqualTo(-1);
    }

    @Test
    void objectGone_withValues_takesThemAllAway() {
        LocalStorageMap map = tasks(runtime);
        LocalStorageMap other = tasks(runtime);
        map.put(Codec.LONG, FIRST, 1L, UpdateMode.ANY);
        other.put(Codec.LONG, FIRST, 1L, UpdateMode.ANY);
        other.put(Codec.LONG, SECOND, 2L, UpdateMode.ANY);
        runtime.objectGone(FIRST);
        runtime.objectGone(HostObject.inode(0, 2));
        assertThat(map.size()).isZero();
        assertThat(other.get(Codec.LONG, FIRST)).isEmpty();
        assertThat(other.get(Codec.LONG, SECOND)).contains(2L);
    }

    @Test
    void host_modesAndLimit_areKept() {
        LocalStorageMap map = runtime.map("tasks").valueBytes(8).entriesMax(1).taskStorage();
        assertThat(map.put(Codec.LONG, FIRST, 1L, UpdateMode.REPLACE)).isEqualTo(MapResult.ABSENT);
        assertThat(map.put(Codec.LONG, FIRST, 1L, UpdateMode.INSERT)).isEqualTo(MapResult.DONE);
        assertThat(map.put(Codec.LONG, FIRST, 1L, UpdateMode.INSERT)).isEqualTo(MapResult.EXISTS);
        assertThat(map.put(Codec.LONG, SECOND, 1L, UpdateMode.ANY)).isEqualTo(MapResult.FULL);
        assertThat(map.remove(FIRST)).isEqualTo(MapResult.DONE);
        assertThatThrownBy(() -> map.get(Codec.LONG, HostObject.inode(0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.map("s").valueBytes(0).taskStorage())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.map(tasks(runtime).shape(), 0, 0))
                .as("without BPF_F_NO_PREALLOC")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pointer_madeUp_isNoObject() {
        try (BpfRuntime unverified = BpfRuntime.builder()
                .verification(Verification.OFF)
                .host(new Host())
                .build()) {
            LocalStorageMap map = tasks(unverified);
            String forged = count("r0 = 0x6000000000000000 ll", 156, 1);
            assertThatThrownBy(() -> run(map, forged))
                    .isInstanceOf(BpfFault.class)
                    .hasMessageContaining("no object");
        }
    }

    @Test
    void lookup_ofLocalStorage_isRejected() {
        LocalStorageMap map = tasks(runtime);
        String lookup = """
                *(u32 *)(r10 - 4) = 0
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -4
                call 1
                r0 = 0
                exit
                """;
        assertThatThrownBy(() -> run(map, lookup)).isInstanceOf(RejectedException.class);
    }
}
