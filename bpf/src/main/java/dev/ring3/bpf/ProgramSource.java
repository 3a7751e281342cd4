package dev.ring3.bpf;

import dev.ring3.bpf.engine.ProgramImage;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.type.Field;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a program is loaded from.
 *
 * @param hostFunctionNumbers by the id that the code's calls carry
 * @param unavailable instructions that must not be executed, by slot, and why
 * @param verified whether the code was found to keep to what its type allows
 * @param packetLoads for verified code, the field of each load of a packet's address out of the context, by its slot
 * @param proof what else the verifier found
 * @param license what its object says of its licence; null where nobody asks
 */
record ProgramSource(
        String name,
        BpfCode code,
        ProgramType type,
        Bindings bindings,
        Map<Integer, Integer> hostFunctionNumbers,
        Map<Integer, String> unavailable,
        IntFunction<String> lineOfSlot,
        boolean verified,
        Map<Integer, Field> packetLoads,
        ProgramImage.Proof proof,
        @Nullable String license) {

    /** Code of which engines know no more. */
    ProgramSource(
            String name,
            BpfCode code,
            ProgramType type,
            Bindings bindings,
            Map<Integer, Integer> hostFunctionNumbers,
            Map<Integer, String> unavailable,
            IntFunction<String> lineOfSlot,
            boolean verified,
            Map<Integer, Field> packetLoads) {
        this(
                name,
                code,
                type,
                bindings,
                hostFunctionNumbers,
                unavailable,
                lineOfSlot,
                verified,
                packetLoads,
                ProgramImage.Proof.NONE,
                null);
    }

    /** Code that was not verified. */
    ProgramSource(
            String name,
            BpfCode code,
            ProgramType type,
            Bindings bindings,
            Map<Integer, Integer> hostFunctionNumbers,
            IntFunction<String> lineOfSlot) {
        this(name, code, type, bindings, hostFunctionNumbers, Map.of(), lineOfSlot, false, Map.of());
    }

    /** This code, found to be safe. */
    ProgramSource withVerdict(Map<Integer, Field> loads, ProgramImage.Proof found) {
        return new ProgramSource(
                name, code, type, bindings, hostFunctionNumbers, unavailable, lineOfSlot, true, loads, found, license);
    }
}
