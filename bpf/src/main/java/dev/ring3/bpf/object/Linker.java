package dev.ring3.bpf.object;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes programs of functions. Each function is resolved once; a program is its own function, then those it calls in
 * the order in which they are first met, and each call becomes the distance between them. Lives for one linking.
 */
final class Linker {
    /** All programs of an object together, in slots: what they share is copied into each. */
    static final int LINKED_SLOTS_MAX = 8 * BpfCode.SLOTS_MAX;

    private final LinkContext context;
    private final Map<CodeFunction, ResolvedFunction> resolved = new HashMap<>();
    private long linkedSlots;

    Linker(LinkContext context) {
        this.context = context;
    }

    LinkedProgram link(CodeFunction program) {
        Map<CodeFunction, Integer> starts = place(program);
        List<Insn> insns = new ArrayList<>();
        List<LinkedFunction> functions = new ArrayList<>();
        SourceLines.Builder lines = new SourceLines.Builder();
        Set<Integer> maps = new TreeSet<>();
        Set<Integer> hostFunctions = new TreeSet<>();
        Map<Integer, String> poisoned = new TreeMap<>();
        starts.forEach((function, start) -> {
            ResolvedFunction part = resolve(function);
            append(part, start, starts, insns);
            CodeSection section = function.section();
            functions.add(new LinkedFunction(
                    function.name(), section.name(), start, function.slots(), function.startSlot(), function.typeId()));
            lines.addRange(section.lines(), function.startSlot(), function.slots(), start);
            maps.addAll(part.maps());
            hostFunctions.addAll(part.hostFunctions());
            part.poisoned().forEach((slot, reason) -> poisoned.put(start + slot, reason));
        });
        BpfCode code = complete(program, insns, functions);
        return new LinkedProgram(
                program.name(),
                program.section().name(),
                code,
                functions,
                lines.build(),
                maps,
                hostFunctions,
                poisoned);
    }

    /** The functions of a program and where each begins, in order. */
    private Map<CodeFunction, Integer> place(CodeFunction program) {
        Map<CodeFunction, Integer> starts = new LinkedHashMap<>();
        List<CodeFunction> queue = new ArrayList<>(List.of(program));
        starts.put(program, 0);
        int slots = program.slots();
        for (int next = 0; next < queue.size(); next++) {
            // In the order of the calls.
            for (CodeFunction callee : new TreeMap<>(resolve(queue.get(next)).calls()).values()) {
                if (!starts.containsKey(callee)) {
                    starts.put(callee, slots);
                    queue.add(callee);
                    slots += callee.slots();
                }
                if (slots > BpfCode.SLOTS_MAX) {
                    throw ObjectException.general("program %s has more than %d slots with all that it calls"
                            .formatted(program.name(), BpfCode.SLOTS_MAX));
                }
            }
        }
        linkedSlots += slots;
        if (linkedSlots > LINKED_SLOTS_MAX) {
            throw ObjectException.general("the programs have more than %d slots together".formatted(LINKED_SLOTS_MAX));
        }
        return starts;
    }

    private ResolvedFunction resolve(CodeFunction function) {
        ResolvedFunction known = resolved.get(function);
        if (known == null) {
            known = new FunctionResolver(context, function).resolve();
            resolved.put(function, known);
        }
        return known;
    }

    private static void append(
            ResolvedFunction function, int start, Map<CodeFunction, Integer> starts, List<Insn> insns) {
        int slot = 0;
        for (Insn insn : function.insns()) {
            CodeFunction callee = function.calls().get(slot);
            if (callee == null) {
                insns.add(insn);
            } else {
                int offset = starts.getOrDefault(callee, 0) - (start + slot) - 1;
                insns.add(
                        insn instanceof Insn.LoadWide load
                                ? new Insn.LoadWide(load.dst(), load.source(), offset, 0)
                                : new Insn.CallLocal(offset));
            }
            slot += insn.slots();
        }
    }

    private static BpfCode complete(CodeFunction program, List<Insn> insns, List<LinkedFunction> functions) {
        try {
            return BpfCode.of(insns);
        } catch (InsnException e) {
            LinkedFunction in = functions.getFirst();
            for (LinkedFunction function : functions) {
                if (function.startSlot() <= e.slot()) {
                    in = function;
                }
            }
            throw ObjectException.at(
                    program.section().section(),
                    program.startSlot(),
                    "program %s: function %s of section %s, insn %d of that: %s"
                            .formatted(
                                    program.name(),
                                    in.name(),
                                    in.section(),
                                    e.slot() - in.startSlot() + in.sectionSlot(),
                                    e.getMessage()),
                    e);
        }
    }
}
