package dev.ring3.hooks;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.FaultKind;
import dev.ring3.linux.Errno;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** A program of an attached object. Thread-safe. */
final class HookProgram {
    private final BpfProgram program;
    private final String section;
    private final AttachPoint point;
    private final Set<String> fields;
    private final ContextWriter writer;
    private final SlotPool slots;
    private final AttachedObject object;

    HookProgram(BpfProgram program, String section, AttachPoint point, AttachedObject object) {
        this.program = program;
        this.section = section;
        this.point = point;
        this.fields = program.contextFields();
        this.writer = new ContextWriter(fields);
        this.slots = new SlotPool(program);
        this.object = object;
    }

    String name() {
        return program.name();
    }

    AttachPoint point() {
        return point;
    }

    /** What it belongs to. */
    AttachedObject object() {
        return object;
    }

    List<RunSlot> slots() {
        return slots.slots();
    }

    /** Whether it can touch a field of its context. */
    boolean touches(String field) {
        return fields.contains(field);
    }

    /**
     * What a run of it needs, until it is given back.
     *
     * @throws IllegalStateException if it was closed
     * @throws BpfMemoryException if there is no memory for one more
     */
    RunSlot takeSlot() {
        return slots.take();
    }

    void giveBack(RunSlot slot) {
        slots.giveBack(slot);
    }

    /**
     * Asks it about an operation of the filesystem, or a process that has ended.
     *
     * @param verdict the errno of a refusal before, 0 for none
     */
    Answer ask(Asking asking, int verdict) {
        RunSlot slot;
        try {
            slot = slots.take();
        } catch (IllegalStateException e) {
            return closed(e);
        } catch (BpfMemoryException e) {
            return new Answer.Failed(String.valueOf(e.getMessage()));
        }
        try {
            writer.write(slot.context(), asking, verdict);
            asking.run(this);
            return answer(slot, (int) slot.run());
        } catch (BpfFault fault) {
            return new Answer.Failed(reason(fault));
        } catch (IllegalStateException e) {
            return closed(e);
        } finally {
            slots.giveBack(slot);
        }
    }

    /** Only that it was closed meanwhile may keep it from running. */
    private Answer closed(IllegalStateException failure) {
        if (object.isClosed()) {
            return Answer.CLOSED;
        }
        throw failure;
    }

    static String reason(BpfFault fault) {
        if (fault.kind() == FaultKind.CANCELLED) {
            return "it ran longer than it may: " + fault.getMessage();
        }
        return String.valueOf(fault.getMessage());
    }

    /** The verifier has seen that results are 0 or an errno; that it is one which this system knows is seen here. */
    private Answer answer(RunSlot slot, int result) {
        if (result == 0 || object.isObserveOnly()) {
            return Answer.ALLOWED;
        }
        boolean valid = result < 0 && Errno.of(-result) != Errno.UNKNOWN;
        slot.countRefusal(!valid);
        return new Answer.Refused(valid ? -result : Errno.EPERM.number());
    }

    ProgramInfo info() {
        return new ProgramInfo(
                name(),
                section,
                sum(RunSlot::runs),
                sum(RunSlot::nanos),
                sum(RunSlot::refusals),
                sum(RunSlot::invalidResults));
    }

    private long sum(ToLongFunction<RunSlot> counter) {
        return slots.slots().stream().mapToLong(counter).sum();
    }

    @Override
    public String toString() {
        return object.name() + "/" + name();
    }
}
