package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a program is safe: whether it ends, touches only what is its own, and keeps to the contracts of its
 * program type and of the functions that it calls. See the package's comment for how.
 */
public final class Verifier {
    private static final int PATH_STEPS_SHOWN = 40;

    private final Subject subject;
    private final VerifierOptions options;
    private final long begin = System.nanoTime();
    private int slot;
    private @Nullable Analysis analysis;
    private @Nullable Explorer explorer;

    private Verifier(Subject subject, VerifierOptions options) {
        this.subject = subject;
        this.options = options;
    }

    /** The verdict on a program, with the default options. */
    public static Verdict verify(Subject subject) {
        return verify(subject, VerifierOptions.DEFAULT);
    }

    /** The verdict on a program. */
    public static Verdict verify(Subject subject, VerifierOptions options) {
        return new Verifier(subject, options).verdict();
    }

    private Verdict verdict() {
        try {
            refuseShifts();
            slot = 0;
            ControlFlow flow = ControlFlow.of(subject.code(), at -> slot = at);
            Analysis shared = new Analysis(subject, options, flow);
            analysis = shared;
            Explorer walker = new Explorer(shared);
            explorer = walker;
            walker.explore(first());
            shared.current = null; // what follows is said of the program, not of a path
            int stack = StackDepth.of(shared, at -> slot = at);
            return new Verdict.Accepted(statistics(stack), shared.packetLoads, shared.contextFields);
        } catch (Refusal refusal) {
            return rejected(refusal);
        }
    }

    private State first() {
        Frame frame = new Frame(0, -1, Frame.Kind.CALL, 0);
        frame.registers[Register.R10.number()] = Pointer.to(new Target.Stack(0));
        switch (subject.type().entry()) {
            case Entry.Block(long lengthBytesMin, long lengthBytesMax) -> {
                Pointer memory = Pointer.to(new Target.Packet(true));
                frame.registers[1] = lengthBytesMin == 0 ? memory : memory.withRoom(lengthBytesMin);
                frame.registers[2] =
                        new Scalar(Range.unsigned(lengthBytesMin, lengthBytesMax), null, Scalar.PACKET_LENGTH, 0, 0);
            }
            case Entry.Context context -> frame.registers[1] = Pointer.to(new Target.Context(context.type()));
        }
        return new State(frame);
    }

    private void refuseShifts() {
        if (!options.strictShifts()) {
            return;
        }
        slot = 0;
        for (Insn insn : subject.code()) {
            if (insn instanceof Insn.Alu alu && Shifts.isOutOfRange(alu)) {
                throw new Refusal(
                        Rule.UNSUPPORTED,
                        "shift by %s of %d bits"
                                .formatted(alu.source(), alu.width().bits()),
                        "RFC 9669 masks the count to the width; Linux refuses it");
            }
            slot += insn.slots();
        }
    }

    private Statistics statistics(int stackBytes) {
        return new Statistics(
                subject.code().insns().size(),
                analysis == null ? 0 : analysis.insnsProcessed(),
                explorer == null ? 0 : explorer.statesTotal(),
                explorer == null ? 0 : explorer.statesPeak(),
                stackBytes,
                System.nanoTime() - begin);
    }

    private Verdict.Rejected rejected(Refusal refusal) {
        State state = analysis == null ? null : analysis.current;
        List<Verdict.RegisterState> registers = new ArrayList<>();
        List<Verdict.PathStep> path = new ArrayList<>();
        int pathSteps = 0;
        if (state != null) {
            slot = state.slot;
            for (int register : refusal.registers) {
                registers.add(
                        new Verdict.RegisterState(register, state.get(register).toString()));
            }
            pathSteps = state.path == null ? 0 : state.path.length();
            for (State.Path step = state.path; step != null && path.size() < PATH_STEPS_SHOWN; step = step.before()) {
                path.addFirst(new Verdict.PathStep(step.slot(), step.taken()));
            }
        }
        return new Verdict.Rejected(
                refusal.rule, slot, refusal.problem, refusal.hint, registers, path, pathSteps, statistics(0));
    }
}
