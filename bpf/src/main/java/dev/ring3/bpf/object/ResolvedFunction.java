package dev.ring3.bpf.object;

import dev.ring3.bpf.insn.Insn;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function with all its references resolved, but for those to other functions, whose place depends on the program.
 *
 * @param insns the instructions in order
 * @param calls which function a call or an address refers to, by slot in the function
 * @param maps which maps it uses, by index
 * @param hostFunctions which functions of the host it calls, by index
 * @param poisoned instructions that must not be executed, by slot in the function, and why
 */
record ResolvedFunction(
        CodeFunction function,
        List<Insn> insns,
        Map<Integer, CodeFunction> calls,
        Set<Integer> maps,
        Set<Integer> hostFunctions,
        Map<Integer, String> poisoned) {}
