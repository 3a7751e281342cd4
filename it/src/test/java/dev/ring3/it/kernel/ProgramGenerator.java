package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.BpfCode;
import java.util.ArrayList;
import java.util.List;

/** Makes programs that the kernel's verifier accepts, nearly all of them: a seed gives always the same program. */
final class ProgramGenerator {
    private ProgramGenerator() {}

    static TestProgram generate(long seed) {
        Choices choices = new Choices(seed);
        Flavor flavor = choices.pick(Flavor.values());
        CodeBuilder code = new CodeBuilder();
        List<Subprogram> functions = new ArrayList<>();
        new FunctionWriter(choices, code, flavor, functions, true).writeMain();
        // A function may add others, which only it and later ones call.
        for (int i = 0; i < functions.size(); i++) {
            new FunctionWriter(choices, code, flavor, functions, false).write(functions.get(i));
        }
        return new TestProgram(seed, flavor, BpfCode.of(code.link()), code.keptSlots());
    }
}
