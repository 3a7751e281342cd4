package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.FakeSystemCalls.BpfRequest;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against kernels made up for the occasion; {@link KernelProgramTest} asks the real one. */
class KernelBpfTest {
    private static final ProgramSpec SPEC =
            ProgramSpec.of(KernelProgramType.XDP, new byte[16]).withName("some");

    // union bpf_attr for PROG_LOAD
    private static final int LOG_LEVEL_AT = 24;
    private static final int LOG_SIZE_AT = 28;
    private static final int LOG_BUF_AT = 32;
    private static final int LOG_TRUE_SIZE_AT = 140;

    @Test
    void probe_kernelWithoutBpf_saysNoSuchCall() {
        assertThat(KernelBpf.probe(FakeSystemCalls.failingWith(Errno.ENOSYS), KernelProgramType.XDP))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.NO_SUCH_CALL));
    }

    @Test
    void probe_withoutPrivilege_saysWhatItTakes() {
        assertThat(KernelBpf.probe(FakeSystemCalls.failingWith(Errno.EPERM), KernelProgramType.XDP))
                .isInstanceOfSatisfying(Unavailable.class, unavailable -> {
                    assertThat(unavailable.reason()).isEqualTo(Reason.NOT_PERMITTED);
                    assertThat(unavailable.detail()).contains("CAP_BPF").contains("EPERM");
                });
    }

    @Test
    void probe_anotherError_namesIt() {
        assertThat(KernelBpf.probe(FakeSystemCalls.failingWith(Errno.ENOMEM), KernelProgramType.XDP))
                .isEqualTo(new Unavailable(
                        Reason.FAILED,
                        "bpf(PROG_LOAD): XDP program \"\" of 2 instructions: ENOMEM (Cannot allocate memory)"));
    }

    @Test
    void probe_kernelAccepts_closesWhatItLoaded() {
        FakeSystemCalls kernel = new FakeSystemCalls(_ -> 11);

        assertThat(KernelBpf.probe(kernel, KernelProgramType.SOCKET_FILTER)).isEqualTo(new Available());
        assertThat(kernel.closed).containsExactly(11L);
    }

    @Test
    void load_accepted_asksOnceAndWithoutALog() {
        List<Integer> levels = new ArrayList<>();
        FakeSystemCalls kernel = new FakeSystemCalls(request -> {
            levels.add(request.attr().get(ValueLayout.JAVA_INT, LOG_LEVEL_AT));
            return 5;
        });

        assertThat(new KernelBpf(kernel).load(SPEC))
                .isInstanceOfSatisfying(
                        Loaded.class, loaded -> assertThat(loaded.log()).isEmpty());
        assertThat(levels).containsExactly(0);
    }

    @Test
    void load_logAskedFor_comesWithTheProgram() {
        FakeSystemCalls kernel = new FakeSystemCalls(request -> {
            assertThat(request.attr().get(ValueLayout.JAVA_INT, LOG_LEVEL_AT)).isEqualTo(2);
            writeLog(request, "0: R1=ctx() R10=fp0");
            return 5;
        });

        assertThat(new KernelBpf(kernel).load(SPEC.withLogLevel(2)))
                .isInstanceOfSatisfying(
                        Loaded.class, loaded -> assertThat(loaded.log()).isEqualTo("0: R1=ctx() R10=fp0"));
    }

    @Test
    void load_longLog_growsToTheLengthTheKernelTells() {
        String reasons = "x".repeat(200_000);
        List<Integer> sizes = new ArrayList<>();
        FakeSystemCalls kernel = new FakeSystemCalls(request -> refuse(request, reasons, sizes, true));

        LoadResult<KernelProgram> result = new KernelBpf(kernel).load(SPEC);

        assertThat(result).isEqualTo(new Rejected<KernelProgram>(Errno.EACCES, reasons));
        assertThat(sizes).hasSize(3).startsWith(0, (1 << 16) - 1).endsWith(200_001);
    }

    @Test
    void load_longLogOnAnOldKernel_doublesUntilItFits() {
        String reasons = "x".repeat(200_000);
        List<Integer> sizes = new ArrayList<>();
        FakeSystemCalls kernel = new FakeSystemCalls(request -> refuse(request, reasons, sizes, false));

        LoadResult<KernelProgram> result = new KernelBpf(kernel).load(SPEC);

        assertThat(result).isEqualTo(new Rejected<KernelProgram>(Errno.EACCES, reasons));
        assertThat(sizes).containsExactly(0, (1 << 16) - 1, (1 << 17) - 1, (1 << 18) - 1);
    }

    @Test
    void load_endlessLog_givesWhatFitsAndTheFirstErrno() {
        List<Integer> sizes = new ArrayList<>();
        String reasons = "y".repeat(KernelBpf.LOG_BYTES_MAX + 10);
        FakeSystemCalls kernel = new FakeSystemCalls(request -> refuse(request, reasons, sizes, false));

        assertThat(new KernelBpf(kernel).load(SPEC)).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.errno()).isEqualTo(Errno.EACCES);
            assertThat(rejected.log()).hasSizeGreaterThan(KernelBpf.LOG_BYTES_MAX - 10);
        });
        assertThat(sizes).endsWith(KernelBpf.LOG_BYTES_MAX - 1);
    }

    @Test
    void load_refusedWithoutReasons_throws() {
        assertThatThrownBy(() -> new KernelBpf(FakeSystemCalls.failingWith(Errno.EPERM)).load(SPEC))
                .hasMessage("bpf(PROG_LOAD): XDP program \"some\" of 2 instructions: EPERM (Operation not permitted)");
    }

    @Test
    void load_interruptedByASignal_triesAgain() {
        List<Long> results = new ArrayList<>(List.of(-11L, -11L, 6L));
        FakeSystemCalls kernel = new FakeSystemCalls(_ -> results.removeFirst());

        assertThat(new KernelBpf(kernel).load(SPEC)).isInstanceOf(Loaded.class);
        assertThat(kernel.bpfCommands).containsExactly(5, 5, 5);
    }

    @Test
    void loadBtf_refusedWithReasons_carriesThem() {
        FakeSystemCalls kernel = new FakeSystemCalls(request -> {
            long buffer = request.attr().get(ValueLayout.JAVA_LONG, 8);
            int size = request.attr().get(ValueLayout.JAVA_INT, 20);
            if (size > 0) {
                FakeSystemCalls.memory(buffer, size).setString(0, "Unsupported section found");
            }
            return -Errno.EINVAL.number();
        });

        assertThat(new KernelBpf(kernel).loadBtf(new byte[24]))
                .isEqualTo(new Rejected<KernelBtf>(Errno.EINVAL, "Unsupported section found"));
    }

    @Test
    void spec_partOfAnInstruction_isRefused() {
        assertThatThrownBy(() -> ProgramSpec.of(KernelProgramType.XDP, new byte[12]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 bytes");
    }

    @Test
    void spec_nameTheKernelWouldRefuse_isRefused() {
        for (String name : new String[] {"sixteen_letters_", "a-b", "a b", "\u00e4"}) {
            assertThatThrownBy(() -> SPEC.withName(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> MapSpec.array(8, 1).withName(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Refuses with EACCES and as much of the reasons as fits; ENOSPC instead of it where they do not fit. */
    private static long refuse(BpfRequest request, String reasons, List<Integer> sizes, boolean tellsTrueSize) {
        int size = request.attr().get(ValueLayout.JAVA_INT, LOG_SIZE_AT);
        sizes.add(size);
        if (size == 0) {
            return -Errno.EACCES.number();
        }
        if (tellsTrueSize) {
            request.attr().set(ValueLayout.JAVA_INT, LOG_TRUE_SIZE_AT, reasons.length() + 1);
        }
        boolean fits = reasons.length() < size;
        writeLog(request, fits ? reasons : reasons.substring(0, size - 1));
        return fits ? -Errno.EACCES.number() : -Errno.ENOSPC.number();
    }

    private static void writeLog(BpfRequest request, String text) {
        int size = request.attr().get(ValueLayout.JAVA_INT, LOG_SIZE_AT);
        MemorySegment log = FakeSystemCalls.memory(request.attr().get(ValueLayout.JAVA_LONG, LOG_BUF_AT), size);
        log.setString(0, text);
    }
}
