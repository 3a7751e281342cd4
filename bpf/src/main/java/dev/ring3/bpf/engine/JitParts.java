package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Functions that are too long for a method that HotSpot compiles. Each part is some blocks in a row, as a method
 * {@code static long part(Execution, int slot)} that begins at one of them. Where it goes on in another part it puts the
 * registers into the register file, notes the block in the execution and returns; the function's own method calls parts
 * until one returns for good.
 */
final class JitParts {
    static final int FLAGS = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;

    private static final int EXECUTION = 0;
    private static final int NEXT = 1;
    private static final int RESULT = 2;

    private JitParts() {}

    /**
     * A function's blocks in parts of so many instructions, or little more than that. A part ends where the fewest loops
     * go round, among the places that leave it at least half as long.
     */
    static List<List<JitFunction.Block>> of(JitFunction function, int insnsMax) {
        List<JitFunction.Block> blocks = function.blocks;
        int[] loops = loopsAround(function);
        List<List<JitFunction.Block>> parts = new ArrayList<>();
        int from = 0;
        while (from < blocks.size()) {
            int end = from;
            int cut = from;
            for (int insns = 0; end < blocks.size() && insns < insnsMax; ) {
                insns += blocks.get(end++).insns();
                if (end == blocks.size() || (insns >= insnsMax / 2 && (cut == from || loops[end] <= loops[cut]))) {
                    cut = end;
                }
            }
            parts.add(blocks.subList(from, cut));
            from = cut;
        }
        return parts;
    }

    /** How many jumps backwards pass the beginning of each block. */
    private static int[] loopsAround(JitFunction function) {
        List<JitFunction.Block> blocks = function.blocks;
        Map<Integer, Integer> places = new HashMap<>();
        blocks.forEach(block -> places.put(block.start(), places.size()));
        int[] loops = new int[blocks.size() + 1];
        for (int from = 0; from < blocks.size(); from++) {
            for (int successor : function.successors(blocks.get(from))) {
                int to = Objects.requireNonNull(places.get(successor), "jumps lead to blocks");
                if (to < from) {
                    loops[to + 1]++;
                    loops[from + 1]--;
                }
            }
        }
        Arrays.parallelPrefix(loops, Integer::sum);
        return loops;
    }

    /** The blocks of a part at which it is entered: where the function begins, and where other parts lead to. */
    static List<JitFunction.Block> entries(JitFunction function, List<JitFunction.Block> part) {
        Set<Integer> within = part.stream().map(JitFunction.Block::start).collect(Collectors.toSet());
        Set<Integer> entered = new HashSet<>(Set.of(function.entry));
        for (JitFunction.Block block : function.blocks) {
            if (!within.contains(block.start())) {
                entered.addAll(function.successors(block));
            }
        }
        return part.stream().filter(block -> entered.contains(block.start())).toList();
    }

    static void emit(JitProgram program, JitFacts facts, List<List<JitFunction.Block>> parts, ClassBuilder c) {
        JitFunction function = facts.function();
        c.withMethodBody(
                JitProgram.functionName(function.entry), JitTypes.FUNCTION, FLAGS, code -> loop(function, parts, code));
        for (List<JitFunction.Block> part : parts) {
            c.withMethodBody(
                    name(function, part),
                    JitTypes.PART,
                    FLAGS,
                    code -> new JitMethod(program, facts, part, code).emit());
        }
    }

    private static String name(JitFunction function, List<JitFunction.Block> part) {
        return JitProgram.partName(function.entry, part.getFirst().start());
    }

    private static void loop(JitFunction function, List<List<JitFunction.Block>> parts, CodeBuilder c) {
        c.loadConstant(function.entry).istore(NEXT);
        Label again = c.newLabel();
        Label called = c.newLabel();
        c.labelBinding(again);
        for (int i = 0; i < parts.size(); i++) {
            Label other = c.newLabel();
            if (i + 1 < parts.size()) {
                c.iload(NEXT).loadConstant(parts.get(i + 1).getFirst().start()).if_icmpge(other);
            }
            c.aload(EXECUTION).iload(NEXT);
            c.invokestatic(
                            JitTypes.COMPILED,
                            name(function, parts.get(i)),
                            MethodTypeDesc.of(CD_long, JitTypes.EXECUTION, CD_int))
                    .lstore(RESULT)
                    .goto_(called);
            c.labelBinding(other);
        }
        c.labelBinding(called);
        c.aload(EXECUTION)
                .invokestatic(JitTypes.SUPPORT, "takeGoesOnAt", MethodTypeDesc.of(CD_int, JitTypes.EXECUTION))
                .dup()
                .istore(NEXT)
                .ifge(again);
        c.lload(RESULT).lreturn();
    }
}
