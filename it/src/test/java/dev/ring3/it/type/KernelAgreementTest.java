package dev.ring3.it.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The descriptions of Linux's program types against its own verifier: helpers, contexts, results. */
class KernelAgreementTest {
    /** How far into a context is looked: past the largest but for tracepoints, whose record is all alike. */
    private static final int CONTEXT_BYTES_MAX = 232;

    private static final Map<Integer, String> WIDTHS = Map.of(1, "u8", 2, "u16", 4, "u32", 8, "u64");

    /** Helpers that a kernel has only with certain options. */
    private static final Set<Integer> OPTIONAL = Set.of(36, 58);

    /** Helpers that a type has by name and cannot use: where it may not sleep, on maps that it may not have, elsewhere. */
    private static final Set<Integer> USELESS = Set.of(93, 94, 148, 169, 170, 171, 172, 173, 191);

    static List<ProgramType> types() {
        return KernelProgramTypes.all().stream()
                .filter(type -> !type.name().equals("uprobe_sleepable"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("types")
    void functions_areThoseThatTheKernelAllows(ProgramType type) {
        RunningKernel kernel = RunningKernel.require();
        Set<Integer> allowed = new TreeSet<>();
        for (int number = 1; number <= KernelHelpers.LAST; number++) {
            Optional<String> refusal = kernel.refusal(type.name(), "r6 = r1; call %d; r0 = 0; exit".formatted(number));
            if (!refusal.orElse("").matches("(?s).*(cannot use helper|unknown func|invalid func).*")) {
                allowed.add(number);
            }
        }

        Set<Integer> ours = new TreeSet<>(type.functions().numbers());
        ours.removeAll(OPTIONAL);
        ours.removeIf(number -> number >= HostFunctions.FIRST_NAMED); // of the kernel's own functions, not its helpers
        assertThat(allowed).containsAll(ours);
        allowed.removeAll(ours);
        allowed.removeAll(USELESS);
        assertThat(allowed).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void context_everyAccessOfTheKernel_isOurs(ProgramType type) {
        RunningKernel kernel = RunningKernel.require();
        StructType context = ((Entry.Context) type.entry()).type();
        String end = "r0 = %d; exit".formatted(Math.max(type.resultMin(), 0));
        Set<String> missing = new TreeSet<>();
        for (int offset = 0; offset < CONTEXT_BYTES_MAX; offset++) {
            for (int size : List.of(1, 2, 4, 8)) {
                String width = WIDTHS.get(size);
                String load = "r0 = *(%s *)(r1 + %d); %s".formatted(width, offset, end);
                String store = "r0 = 0; *(%s *)(r1 + %d) = r0; %s".formatted(width, offset, end);
                if (kernel.accepts(type.name(), load) && !mayLoad(context, offset, size)) {
                    missing.add("load " + size + " at " + offset);
                }
                if (kernel.accepts(type.name(), store) && !mayStore(context, offset, size)) {
                    missing.add("store " + size + " at " + offset);
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void context_everyWholeField_isTheKernels(ProgramType type) {
        RunningKernel kernel = RunningKernel.require();
        String end = "r0 = %d; exit".formatted(Math.max(type.resultMin(), 0));
        for (Field field : ((Entry.Context) type.entry()).type().fields()) {
            int size = field.kind() instanceof FieldKind.Bytes ? 4 : field.sizeBytes();
            String width = WIDTHS.get(size);
            String load = "r0 = *(%s *)(r1 + %d); %s".formatted(width, field.offsetBytes(), end);
            String store = "r0 = 0; *(%s *)(r1 + %d) = r0; %s".formatted(width, field.offsetBytes(), end);
            assertThat(kernel.refusal(type.name(), load)).as(field.name()).isEmpty();
            assertThat(kernel.accepts(type.name(), store)).as(field.name()).isEqualTo(field.writable());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void results_areThoseThatTheKernelTakes(ProgramType type) {
        RunningKernel kernel = RunningKernel.require();
        for (int result = -2; result < 6; result++) {
            boolean ours = result >= type.resultMin() && result <= type.resultMax();
            assertThat(kernel.accepts(type.name(), "r0 = %d; exit".formatted(result)))
                    .as("%d", result)
                    .isEqualTo(ours);
        }
    }

    @Test
    void access_thatTheKernelRefuses_isSeen() {
        RunningKernel kernel = RunningKernel.require();

        assertThat(kernel.refusal("xdp", "r0 = *(u64 *)(r1 + 0); r0 = 0; exit"))
                .hasValueSatisfying(log -> assertThat(log).contains("invalid bpf_context access"));
        assertThat(kernel.refusal("socket_filter", "call 44; r0 = 0; exit"))
                .hasValueSatisfying(log -> assertThat(log).contains("cannot use helper"));
    }

    private static boolean mayLoad(StructType context, int offset, int size) {
        return context.fieldAt(offset)
                .filter(field -> switch (field.kind()) {
                    case FieldKind.Bytes _ -> offset % size == 0 && offset + size <= field.endBytes();
                    case FieldKind.Scalar _, FieldKind.Packet _, FieldKind.Pointer _ -> {
                        int inside = (offset - field.offsetBytes()) % field.sizeBytes();
                        boolean whole = inside == 0 && size == field.sizeBytes();
                        boolean part = offset % size == 0 && inside + size <= field.sizeBytes();
                        yield whole || (field.narrowReads() && part);
                    }
                })
                .isPresent();
    }

    private static boolean mayStore(StructType context, int offset, int size) {
        return context.fieldAt(offset)
                .filter(Field::writable)
                .filter(field -> field.kind() instanceof FieldKind.Bytes
                        ? offset % size == 0 && offset + size <= field.endBytes()
                        : (offset - field.offsetBytes()) % field.sizeBytes() == 0 && size == field.sizeBytes())
                .isPresent();
    }
}
