package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The helpers that need neither maps nor callbacks, and the table of all. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class HelpersTest {
    private final BpfRuntime runtime;

    HelpersTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private Invocation calling(int helper) {
        String source = "call %d\n exit".formatted(helper);
        return runtime.program("helper", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY)
                .newInvocation();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 125})
    void clock_calledTwice_isBetweenTheHostsReadings(int helper) {
        Invocation invocation = calling(helper);
        long before = System.nanoTime();
        long first = invocation.run();
        long second = invocation.run();
        long after = System.nanoTime();
        assertThat(first - before).isNotNegative();
        assertThat(second - first).isNotNegative();
        assertThat(after - second).isNotNegative();
    }

    @Test
    void random_numbers_have32BitsAndDiffer() {
        Invocation invocation = calling(7);
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            numbers.add(invocation.run());
        }
        assertThat(numbers).allMatch(number -> number >>> Integer.SIZE == 0).hasSizeGreaterThan(32);
    }

    @ParameterizedTest
    @CsvSource({
        "1, bpf_map_lookup_elem",
        "2, bpf_map_update_elem",
        "3, bpf_map_delete_elem",
        "5, bpf_ktime_get_ns",
        "7, bpf_get_prandom_u32",
        "12, bpf_tail_call",
        "125, bpf_ktime_get_boot_ns",
        "164, bpf_for_each_map_elem",
        "181, bpf_loop",
    })
    void table_numbers_areTheKernels(int number, String name) {
        assertThat(ProgramTypes.MEMORY.functions().number(name)).hasValue(number);
    }

    @Test
    void table_everyFunction_hasAContractOfItsName() {
        HostFunctions functions = ProgramTypes.MEMORY.functions();
        assertThat(functions.numbers()).hasSizeGreaterThan(10).allSatisfy(number -> {
            assertThat(functions.byNumber(number)).isNotNull();
            assertThat(Objects.requireNonNull(functions.contract(number)).name())
                    .isEqualTo(functions.name(number));
        });
    }
}
