package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A program on which kernel and candidate disagree, with the memory it began with. */
final class Mismatch {
    private static final int DIFFERENCES_SHOWN_MAX = 8;

    private final Candidate candidate;
    private final TestProgram program;
    private final byte[] memory;
    private final Outcome kernel;
    private final Outcome found;

    Mismatch(Candidate candidate, TestProgram program, byte[] memory, Outcome kernel, Outcome found) {
        this.candidate = candidate;
        this.program = program;
        this.memory = memory;
        this.kernel = kernel;
        this.found = found;
    }

    TestProgram program() {
        return program;
    }

    byte[] memory() {
        return memory;
    }

    Candidate candidate() {
        return candidate;
    }

    /** How many instructions of the program do something. */
    int needed() {
        return (int) program.code().insns().stream()
                .filter(insn -> !insn.equals(Shrinker.NOTHING))
                .count();
    }

    /** The command that makes this program again and runs it alone. */
    String replay() {
        return "mvn -pl it -am test -Dtest=KernelDifferentialTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dring3.seed=" + program.seed() + " -Dring3.programs=1";
    }

    /** Everything that is needed to look into it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("seed %d, %s: kernel %s, %s %s%n"
                .formatted(program.seed(), program.flavor(), kernel, candidate.name(), found));
        appendDifferences(text);
        text.append("program, less what is not needed:\n")
                .append(listing())
                .append("\nas bytes: ")
                .append(HexFormat.of().formatHex(InsnLayout.encode(program.code(), ByteOrder.LITTLE_ENDIAN)))
                .append("\nmemory: ")
                .append(HexFormat.of().formatHex(memory))
                .append("\nreplay: ")
                .append(replay());
        return text.toString();
    }

    private String listing() {
        BpfCode code = program.code();
        return IntStream.range(0, code.slotCount())
                .filter(slot -> code.isInsn(slot) && !code.at(slot).equals(Shrinker.NOTHING))
                .mapToObj(slot -> slot + ": " + code.at(slot))
                .collect(Collectors.joining("\n"));
    }

    private void appendDifferences(StringBuilder text) {
        if (!(kernel instanceof Outcome.Finished expected) || !(found instanceof Outcome.Finished actual)) {
            return;
        }
        ByteBuffer wanted = ByteBuffer.wrap(expected.memory()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer got = ByteBuffer.wrap(actual.memory()).order(ByteOrder.LITTLE_ENDIAN);
        int shown = 0;
        for (int at = 0; at + Long.BYTES <= wanted.limit() && shown < DIFFERENCES_SHOWN_MAX; at += Long.BYTES) {
            if (wanted.getLong(at) != got.getLong(at)) {
                text.append("  %s: kernel 0x%016x, %s 0x%016x%n"
                        .formatted(place(at), wanted.getLong(at), candidate.name(), got.getLong(at)));
                shown++;
            }
        }
    }

    private static String place(int at) {
        if (at < TestProgram.REGISTERS_AT) {
            return "memory[%d]".formatted(at);
        } else if (at < TestProgram.STACK_AT) {
            return "r%d".formatted((at - TestProgram.REGISTERS_AT) / Long.BYTES);
        }
        return "stack[r10%+d]".formatted(at - TestProgram.STACK_AT - TestProgram.STACK_BYTES);
    }
}
