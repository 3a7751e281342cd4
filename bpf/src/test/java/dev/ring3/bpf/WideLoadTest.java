package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The sources 0 to 6 of a 64-bit load, RFC 9669 section 5.4, against maps that are bound for them. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class WideLoadTest {
    private static final String LOOKUP = """
            *(u32 *)(r10 - 4) = 1
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto out
            r0 = *(u32 *)(r0 + 4)
            out: exit
            """;

    private final BpfRuntime runtime;
    private final ArrayMap first;
    private final ArrayMap second;

    WideLoadTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
        first = map("first", 100);
        second = map("second", 200);
    }

    private ArrayMap map(String name, int base) {
        ArrayMap map = runtime.arrayMap(name, 8, 2);
        for (int i = 0; i < 2; i++) {
            map.value(i).set(ValueLayout.JAVA_INT, 0, base + 2 * i);
            map.value(i).set(ValueLayout.JAVA_INT, 4, base + 2 * i + 1);
        }
        return map;
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private long run(String source, Bindings bindings) {
        return runtime.program("wide", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                .run(MemorySegment.NULL);
    }

    private Bindings byFd() {
        return new Bindings(Map.of(5, first, 9, second), List.of(), Map.of());
    }

    private Bindings byIndex() {
        return new Bindings(Map.of(), List.of(first, second), Map.of());
    }

    @Test
    void source0_isTheNumberItself() {
        assertThat(run("r0 = 0x1122334455667788 ll\nexit", Bindings.NONE)).isEqualTo(0x1122334455667788L);
    }

    @Test
    void source1_isTheMapOfAFileDescriptor() {
        assertThat(run("r1 = map_by_fd(9) ll\n" + LOOKUP, byFd())).isEqualTo(203);
    }

    @Test
    void source2_isTheFirstValueOfTheMapOfAFileDescriptor() {
        assertThat(run("r1 = map_val(map_by_fd(9)) + 4 ll\nr0 = *(u32 *)(r1 + 0)\nexit", byFd()))
                .isEqualTo(201);
    }

    @Test
    void source3_isTheAddressOfAVariable() {
        Bindings bindings = new Bindings(Map.of(), List.of(), Map.of(3, second));
        assertThat(run("r1 = var_addr(3) ll\nr0 = *(u32 *)(r1 + 4)\nexit", bindings))
                .isEqualTo(201);
    }

    @Test
    void source4_isAFunctionAndNoAddress() {
        String source = "r1 = code_addr(f) ll\nr0 = *(u8 *)(r1 + 0)\nexit\nf: exit";
        assertThatThrownBy(() -> run(source, Bindings.NONE))
                .isInstanceOfSatisfying(
                        BpfFault.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.ACCESS));
    }

    @Test
    void source4_isTheSameForOneFunctionAndDiffersForTwo() {
        String equal =
                "r0 = 0\nr1 = code_addr(f) ll\nr2 = code_addr(%s) ll\nif r1 != r2 goto +1\nr0 = 1\nexit\nf: exit\ng: exit";
        assertThat(run(equal.formatted("f"), Bindings.NONE)).isEqualTo(1);
        assertThat(run(equal.formatted("g"), Bindings.NONE)).isZero();
    }

    @Test
    void source5_isTheMapOfAnIndex() {
        assertThat(run("r1 = map_by_idx(0) ll\n" + LOOKUP, byIndex())).isEqualTo(103);
    }

    @Test
    void source6_isTheFirstValueOfTheMapOfAnIndex() {
        assertThat(run("r1 = map_val(map_by_idx(1)) + 4 ll\nr0 = *(u32 *)(r1 + 0)\nexit", byIndex()))
                .isEqualTo(201);
    }

    @Test
    void mapThatIsNotBound_isRefusedWithItsPlace() {
        assertThatThrownBy(() -> run("r0 = 0\nr1 = map_by_fd(6) ll\nexit", byFd()))
                .isInstanceOf(InsnException.class)
                .hasMessage("insn 1: imm: map of fd 6 is not bound to anything");
        assertThatThrownBy(() -> run("r1 = map_by_idx(2) ll\nexit", byIndex())).isInstanceOf(InsnException.class);
        assertThatThrownBy(() -> run("r1 = var_addr(1) ll\nexit", byIndex())).isInstanceOf(InsnException.class);
    }

    @Test
    void offsetOutsideTheValue_isRefused() {
        assertThatThrownBy(() -> run("r1 = map_val(map_by_idx(0)) + 8 ll\nexit", byIndex()))
                .isInstanceOf(InsnException.class)
                .hasMessageContaining("offset 8 outside the value of map first, which has 8 bytes");
    }

    @Test
    void mapPointer_isNoAddress() {
        assertThatThrownBy(() -> run("r1 = map_by_idx(0) ll\nr0 = *(u8 *)(r1 + 0)\nexit", byIndex()))
                .isInstanceOfSatisfying(
                        BpfFault.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.ACCESS));
    }
}
