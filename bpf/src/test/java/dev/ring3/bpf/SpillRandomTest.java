package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Verified functions whose frame holds nothing but what was spilled there: pieces of several sizes at one place, pointers,
 * loops, branches, and so much code that it is in several methods. The engines must agree.
 */
class SpillRandomTest {
    private static final int PROGRAMS = Boolean.getBoolean("ring3.long") ? 20_000 : 150;
    private static final int PLACES = 6;
    private static final int MEMORY_BYTES = 64;
    private static final int LONG_PERCENT = 10;
    private static final int INSNS = 60;
    private static final int INSNS_LONG = 2500;
    private static final List<String> OPERATORS = List.of("+=", "-=", "^=", "|=", "&=", "*=");
    private static final List<String> SIZES = List.of("u8", "u16", "u32", "u64");

    private final Seed seed = Seed.of(SpillRandomTest.class);
    private final Random random = seed.random();
    private int labels;

    @Test
    void randomPrograms_thatSpill_agree() {
        for (int i = 0; i < PROGRAMS; i++) {
            String source = program(random.nextInt(100) < LONG_PERCENT ? INSNS_LONG : INSNS);
            BpfCode code = Assembler.assemble(source, Dialect.LLVM);
            byte[] memory = new byte[MEMORY_BYTES];
            random.nextBytes(memory);
            assertThat(run(EngineKind.JIT, code, memory))
                    .as("%s%n%s", seed, source)
                    .isEqualTo(run(EngineKind.INTERPRETER, code, memory));
        }
    }

    private static long run(EngineKind engine, BpfCode code, byte[] memory) {
        try (BpfRuntime runtime = BpfRuntime.builder().engine(engine).build()) {
            ProgramType type = ProgramTypes.memory(MEMORY_BYTES, MEMORY_BYTES);
            return runtime.program("spills", code, type)
                    .run(MemorySegment.ofArray(memory).asReadOnly());
        }
    }

    /** Place 0 holds the address of the memory, r6 counts the turns of the loop around it all. */
    private String program(int insns) {
        StringBuilder lines = new StringBuilder("*(u64 *)(r10 - 8) = r1\nr6 = %d\n".formatted(1 + random.nextInt(3)));
        for (int place = 1; place < PLACES; place++) {
            lines.append("r0 = %d ll\n*(u64 *)(r10 - %d) = r0\n".formatted(random.nextLong(), offset(place)));
        }
        for (int register : new int[] {0, 2, 3, 4, 5}) {
            lines.append("r%d = %d\n".formatted(register, random.nextInt()));
        }
        lines.append("again:\n");
        for (int i = 0; i < insns; i++) {
            lines.append(insn());
        }
        lines.append("r6 -= 1\nif r6 != 0 goto again\n");
        for (int place = 1; place < PLACES; place++) {
            lines.append("r2 = *(u64 *)(r10 - %d)\nr0 *= 31\nr0 += r2\n".formatted(offset(place)));
        }
        return lines.append("r0 += r3\nr0 ^= r4\nr0 += r5\nexit\n").toString();
    }

    private String insn() {
        String register = register();
        String size = SIZES.get(random.nextInt(SIZES.size()));
        int offset = offset(1 + random.nextInt(PLACES - 1));
        return switch (random.nextInt(8)) {
            case 0, 1 -> "*(%s *)(r10 - %d) = r%s\n".formatted(size, offset, register);
            case 2, 3 -> "r%s = *(%s *)(r10 - %d)\n".formatted(register, size, offset);
            case 4 -> "r1 = *(u64 *)(r10 - 8)\nr%s = *(%s *)(r1 + %d)\n".formatted(register, size, random.nextInt(56));
            case 5 -> "r%s %s r%s\n".formatted(register, operator(), register());
            case 6 -> {
                String label = "l" + labels++;
                yield "if r%s > %d goto %s\nr%s += 1\n*(u64 *)(r10 - %d) = r%s\n%s:\n"
                        .formatted(register, random.nextInt(1000), label, register, offset, register(), label);
            }
            default -> "w%s %s %d\n".formatted(register, operator(), random.nextInt());
        };
    }

    private String operator() {
        return OPERATORS.get(random.nextInt(OPERATORS.size()));
    }

    private String register() {
        return List.of("0", "2", "3", "4", "5").get(random.nextInt(5));
    }

    /** Of a place in the frame, below r10. */
    private static int offset(int place) {
        return 8 * (place + 1);
    }
}
