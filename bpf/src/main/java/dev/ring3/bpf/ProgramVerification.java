package dev.ring3.bpf;

import dev.ring3.bpf.engine.ProgramImage;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.verifier.RejectedException;
import dev.ring3.bpf.verifier.Subject;
import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.bpf.verifier.Verifier;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Collectors;

/** Has programs verified as they are loaded. */
final class ProgramVerification {
    private ProgramVerification() {}

    /**
     * The program, known to be safe.
     *
     * @throws RejectedException if it is not
     */
    static ProgramSource verified(ProgramSource source) {
        Bindings bindings = source.bindings();
        Subject subject = new Subject(
                source.name(),
                source.code(),
                ByteOrder.nativeOrder(),
                source.type(),
                bindings.mapsByIndex().stream().map(BpfMap::shape).toList(),
                shapes(bindings.mapsByFd()),
                shapes(bindings.variables()),
                source.hostFunctionNumbers(),
                source.unavailable(),
                source.license());
        return switch (Verifier.verify(subject)) {
            case Verdict.Accepted accepted ->
                source.withVerdict(
                        accepted.packetLoads(),
                        new ProgramImage.Proof(accepted.statistics().insnsProcessed(), accepted.contextFields()));
            case Verdict.Rejected rejected ->
                throw new RejectedException(
                        source.name(), rejected, source.lineOfSlot().apply(rejected.slot()));
        };
    }

    private static Map<Integer, MapShape> shapes(Map<Integer, ? extends BpfMap> maps) {
        return maps.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().shape()));
    }
}
