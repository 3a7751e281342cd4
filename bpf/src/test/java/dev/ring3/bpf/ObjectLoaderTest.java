package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an object asks of its program type: functions by name, functions as callbacks, kinds of maps. */
class ObjectLoaderTest {
    private final ElfWriter elf = new ElfWriter(ByteOrder.nativeOrder());

    private int code(String section, String source) {
        return elf.code(
                section, InsnLayout.encode(Assembler.assembleUnlinked(source, Dialect.LLVM), ByteOrder.nativeOrder()));
    }

    private void function(String name, int section, int slots) {
        elf.symbol(name, ElfWriter.GLOBAL, ElfWriter.FUNC, section, 0, slots * 8L);
    }

    private BpfObject load(BpfRuntime runtime) {
        return runtime.load(BpfObjectFile.parse(elf.build()), ProgramTypes.MEMORY, LinkOptions.none());
    }

    private long run() {
        try (BpfRuntime runtime = Unverified.runtime();
                BpfObject object = load(runtime)) {
            return object.program("main").run(MemorySegment.NULL);
        }
    }

    private void iteratorProgram(int binding, String function) {
        int section = code("memory", """
                r1 = r10
                r1 += -8
                r2 = 4
                r3 = 9
                call pc-1
                r1 = r10
                r1 += -8
                call pc-1
                r0 = *(s32 *)(r0 + 0)
                exit
                """);
        function("main", section, 10);
        int first = elf.symbol(function, binding, ElfWriter.NOTYPE, 0, 0, 0);
        int next = elf.symbol("bpf_iter_num_next", binding, ElfWriter.NOTYPE, 0, 0, 0);
        elf.relocation(section, 4 * 8, first, ElfRelocation.CALL);
        elf.relocation(section, 7 * 8, next, ElfRelocation.CALL);
    }

    /** {@code bpf_helpers.h} declares the functions of {@code bpf_for} weak. */
    @ParameterizedTest
    @ValueSource(ints = {ElfWriter.GLOBAL, ElfWriter.WEAK})
    void function_thatTheTypeHas_isCalledAlsoIfTheObjectCouldDoWithout(int binding) {
        iteratorProgram(binding, "bpf_iter_num_new");
        assertThat(run()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf_throw", "bpf_dynptr_slice", "bpf_iter_task_new"})
    void function_thatTheTypeLacks_isRefusedByName(String name) {
        iteratorProgram(ElfWriter.GLOBAL, name);
        assertThatThrownBy(this::run)
                .isInstanceOf(ObjectException.class)
                .hasMessage("section memory, insn 4: the host has no function " + name);
    }

    @Test
    void function_weakAndLacking_faultsOnlyWhenItIsCalled() {
        iteratorProgram(ElfWriter.WEAK, "bpf_iter_task_new");
        try (BpfRuntime runtime = Unverified.runtime();
                BpfObject object = load(runtime)) {
            assertThat(object.program("main").tryRun(MemorySegment.NULL))
                    .isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
                        assertThat(faulted.kind()).isEqualTo(FaultKind.UNKNOWN_HELPER);
                        assertThat(faulted.programCounter()).isEqualTo(4);
                        assertThat(faulted.line()).isEqualTo("the host has no function bpf_iter_task_new");
                    });
        }
    }

    @Test
    void callback_inAnotherSection_isCalled() {
        int section = code("memory", """
                r1 = 10
                r2 = 0 ll
                r3 = r10
                r4 = 0
                call 181
                r0 = *(u64 *)(r10 - 8)
                exit
                """);
        function("main", section, 8);
        int text = code(".text", """
                r3 = *(u64 *)(r2 - 8)
                r3 += r1
                *(u64 *)(r2 - 8) = r3
                r0 = 0
                exit
                """);
        int body = elf.symbol("body", ElfWriter.LOCAL, ElfWriter.FUNC, text, 0, 5 * 8);
        elf.relocation(section, 8, body, ElfRelocation.WIDE_LOAD);
        assertThat(run()).isEqualTo(45);
    }

    @ParameterizedTest
    @CsvSource({"33, 33 (arena)", "26, 26 (struct_ops)", "4, 4"})
    void map_ofAnotherKind_isRefusedByName(int type, String named) {
        ByteBuffer definition = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        definition.putInt(type).putInt(4).putInt(8).putInt(1).putInt(0);
        int maps = elf.data("maps", definition.array());
        elf.symbol("things", ElfWriter.GLOBAL, ElfWriter.OBJECT, maps, 0, 20);
        function("main", code("memory", "r0 = 0\n exit"), 2);
        assertThatThrownBy(this::run)
                .isInstanceOf(ObjectException.class)
                .hasMessageContaining("map things: type %s is not supported".formatted(named));
    }
}
