package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.MapShape;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Functions of the program that functions of the host call.
 *
 * <p>One that is called again and again (a loop's body, a function for each element) goes back to the call, which is
 * then looked at anew: it ends there, or calls once more. So the call is a loop that the runtime bounds, see
 * {@link Analysis#isLoopPoint}.
 */
final class CallbackSteps {
    /** The most rounds of {@code bpf_loop} ({@code BPF_MAX_LOOPS}). */
    private static final long ROUNDS_MAX = 1 << 23;

    private static final Range NOTHING = Range.unsigned(0, 0);
    private static final Range GO_ON_OR_STOP = Range.unsigned(0, 1);

    /** What calls a function of the program again and again. */
    private static final Set<Effect> REPEATED =
            EnumSet.of(Effect.CALLS_LOOP_BODY, Effect.CALLS_FOR_EACH_NUMBER, Effect.CALLS_FOR_EACH_ELEMENT);

    private final Analysis analysis;
    private final Consumer<State> branch;

    CallbackSteps(Analysis analysis, Consumer<State> branch) {
        this.analysis = analysis;
        this.branch = branch;
    }

    /** Another way of the path leads into the callback; this one behind the call. */
    void enter(State state, CallFacts facts, Target.Function callback) {
        if (facts.contract.has(Effect.CALLS_TIMER)) {
            enterLater(state, callback);
            return;
        }
        if (REPEATED.stream().noneMatch(facts.contract::has)) {
            throw new Refusal(
                    Rule.UNSUPPORTED,
                    "%s calls functions of the program in a way that is not supported".formatted(facts.contract.name()),
                    "");
        }
        if (!facts.contract.has(Effect.CALLS_LOOP_BODY) || state.frame().callbackDepth < roundsMax(state)) {
            enterRound(state.copy(), facts, callback);
        }
        state.frame().callbackRun = 0;
        state.frame().callbackDepth = 0;
        state.step(state.slot, false);
    }

    private void enterRound(State inside, CallFacts facts, Target.Function callback) {
        Frame caller = inside.frame();
        if (caller.callbackRun == 0) {
            caller.callbackRun = analysis.newNumber();
        }
        caller.callbackDepth++;
        Frame frame = CallSteps.newFrame(analysis, inside, callback.slot(), Frame.Kind.CALLBACK);
        giveArguments(inside, facts, frame);
        inside.step(inside.slot, true);
        inside.push(frame);
        inside.slot = callback.slot();
        branch.accept(inside);
    }

    /** How often {@code bpf_loop} can call its body, whose number of rounds is the first argument, a C unsigned int. */
    private static long roundsMax(State state) {
        Value rounds = state.get(1);
        ArgumentChecks.mark(rounds);
        return rounds instanceof Scalar scalar ? Math.min(scalar.range.unsignedMax32(), ROUNDS_MAX) : ROUNDS_MAX;
    }

    private void giveArguments(State state, CallFacts facts, Frame frame) {
        Value context = facts.callbackContext == null ? Scalar.constant(0) : facts.callbackContext;
        if (facts.contract.has(Effect.CALLS_LOOP_BODY)) {
            frame.registers[1] = Scalar.of(Range.unsigned(0, roundsMax(state) - 1));
            frame.registers[2] = context;
        } else if (facts.contract.has(Effect.CALLS_FOR_EACH_NUMBER)) {
            frame.registers[1] = Scalar.of(Range.UNKNOWN);
            frame.registers[2] = context;
        } else {
            giveElement(facts.requireMap(), frame);
            frame.registers[4] = context;
        }
    }

    private void giveElement(MapShape map, Frame frame) {
        frame.registers[1] = Pointer.to(new Target.Map(map));
        frame.lentKey = analysis.newNumber();
        frame.registers[2] = Pointer.to(new Target.MapKey(map, frame.lentKey));
        frame.registers[3] = Pointer.to(new Target.MapValue(map, analysis.newNumber()));
    }

    /** A function that the host calls some time later: a program of its own. */
    private void enterLater(State state, Target.Function callback) {
        Frame frame = new Frame(callback.slot(), state.slot, Frame.Kind.LATER, analysis.newNumber());
        frame.registers[Register.R10.number()] = Pointer.to(new Target.Stack(0));
        if (state.get(1) instanceof Pointer pointer && pointer.target instanceof Target.MapValue value) {
            giveElement(value.map(), frame);
        }
        State later = new State(frame);
        later.parent = state.parent;
        later.path = state.path;
        branch.accept(later);
    }

    /** The callback returns: the call is looked at again. */
    int endRound(State state, Value result) {
        FunctionContract caller = analysis.calledAt(state.frame().callSlot);
        requireResult(
                result, caller != null && caller.has(Effect.CALLS_FOR_EACH_NUMBER) ? Range.UNKNOWN : GO_ON_OR_STOP);
        if (state.resourceCount() != state.frame().resourcesAtEntry || state.lockedValue != null) {
            throw new Refusal(
                    Rule.RESOURCE_LEAK,
                    "a callback returns and holds other resources than when it was called",
                    "release in the callback what it acquires");
        }
        int call = state.frame().callSlot;
        int lentKey = state.frame().lentKey;
        state.step(state.slot, true);
        state.pop();
        if (lentKey != 0) {
            CallSteps.forget(state, lentKey);
        }
        return call;
    }

    int endLater(State state, Value result) {
        requireResult(result, NOTHING);
        if (state.resourceCount() > 0 || state.lockedValue != null) {
            throw new Refusal(Rule.RESOURCE_LEAK, "a callback returns and holds a resource", "release it before");
        }
        return Steps.END;
    }

    private static void requireResult(Value result, Range allowed) {
        if (!(result instanceof Scalar scalar)
                || scalar.range.signedMin() < allowed.signedMin()
                || scalar.range.signedMax() > allowed.signedMax()) {
            boolean any = allowed.equals(Range.UNKNOWN);
            throw new Refusal(
                    Rule.RESULT,
                    "a callback returns %s, and may return %s"
                            .formatted(result, any ? "a number" : "[0, %d]".formatted(allowed.signedMax())),
                    any ? "return a number" : allowed.equals(NOTHING) ? "return 0" : "return 0 to go on, 1 to stop",
                    Register.R0.number());
        }
        Dependency.mark(scalar.dependency);
    }
}
