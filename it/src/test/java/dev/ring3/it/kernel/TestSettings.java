package dev.ring3.it.kernel;

import dev.ring3.linux.Availability;
import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import org.junit.jupiter.api.Assumptions;

/** What can be set from outside with {@code -D}, and what the machine has to have. */
final class TestSettings {
    private static final int PROGRAMS = 2_000;
    private static final int PROGRAMS_LONG = 3_000_000;

    private TestSettings() {}

    /** {@code ring3.seed}, otherwise another one each time; printed. */
    static long seed() {
        Long seed = Long.getLong("ring3.seed");
        long used = seed == null ? System.nanoTime() : seed;
        System.out.println("seed: -Dring3.seed=" + used);
        return used;
    }

    /** {@code ring3.programs}, otherwise 2,000, or 3,000,000 with {@code ring3.long=true}. */
    static int programs() {
        return programs(PROGRAMS, PROGRAMS_LONG);
    }

    /** The same with other numbers. */
    static int programs(int usual, int inLongCheck) {
        return Integer.getInteger("ring3.programs", Boolean.getBoolean("ring3.long") ? inLongCheck : usual);
    }

    /** The kernel's BPF; without it, or the right to use it, the test is skipped and says why. */
    static KernelBpf requireKernelBpf() {
        return switch (KernelBpf.probe(KernelProgramType.XDP)) {
            case Available _ -> KernelBpf.open();
            case Unavailable(Availability.Reason reason, String detail) -> {
                String why = "needs bpf(2): " + reason + ": " + detail;
                System.out.println("SKIPPED: " + why);
                yield Assumptions.abort(why);
            }
        };
    }
}
