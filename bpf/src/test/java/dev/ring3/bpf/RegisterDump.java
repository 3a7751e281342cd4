package dev.ring3.bpf;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import java.util.List;

/** All eleven registers at the end of a piece of code. */
final class RegisterDump {
    private RegisterDump() {}

    /** Runs code without an exit: the fault at its end shows the registers. */
    static List<Long> after(BpfRuntime runtime, List<Insn> insns) {
        try (BpfProgram program = runtime.program("registers", BpfCode.of(insns), ProgramTypes.MEMORY);
                Invocation invocation = program.newInvocation()) {
            if (invocation.tryRun() instanceof RunResult.Faulted faulted && faulted.kind() == FaultKind.NO_EXIT) {
                return faulted.registers();
            }
            throw new AssertionError("the code did not run to its end: " + invocation.tryRun());
        }
    }
}
