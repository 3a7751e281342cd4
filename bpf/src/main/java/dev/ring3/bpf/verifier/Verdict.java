package dev.ring3.bpf.verifier;

import dev.ring3.bpf.type.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the verifier says of a program. */
public sealed interface Verdict {
    /** What it took to find out. */
    Statistics statistics();

    /**
     * The program ends, and touches nothing but what is its own.
     *
     * @param packetLoads the slots of loads that give an address in the packet, and the field of the context that they
     *     load; the host must make real addresses of them
     * @param contextFields the names of the fields of its context that it can touch, so that a host need not fill others
     */
    record Accepted(Statistics statistics, Map<Integer, Field> packetLoads, Set<String> contextFields)
            implements Verdict {
        public Accepted {
            packetLoads = Map.copyOf(packetLoads);
            contextFields = Set.copyOf(contextFields);
        }
    }

    /**
     * The program breaks a rule on some path.
     *
     * @param rule the rule
     * @param slot the instruction that breaks it
     * @param problem what was found, in a sentence
     * @param hint how programs usually fix it
     * @param registers the registers that matter, before the instruction
     * @param path the branches taken from the start to the instruction; where there were too many, the last ones
     * @param pathSteps how many branches the whole path has
     */
    record Rejected(
            Rule rule,
            int slot,
            String problem,
            String hint,
            List<RegisterState> registers,
            List<PathStep> path,
            int pathSteps,
            Statistics statistics)
            implements Verdict {
        public Rejected {
            registers = List.copyOf(registers);
            path = List.copyOf(path);
        }
    }

    /**
     * A register and what is known of it.
     *
     * @param register its number
     * @param value in words: {@code number in [0, 255]}, {@code pointer to value of map counts, offset 8}
     */
    record RegisterState(int register, String value) {}

    /**
     * A step on the way to an instruction.
     *
     * @param slot the instruction that decided
     * @param taken for a conditional jump, whether it jumped; for a call or a return, true
     */
    record PathStep(int slot, boolean taken) {}
}
