package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs and traps whatever an accepted program must not do. Written from the rules of BPF, not from the
 * verifier: every register and every byte has a tag that says whether it was written and, of a pointer, what it points
 * to, so that an access outside that is seen even where it hits other memory of the program.
 */
final class TracingExecutor {
    /** The tag of what was not written. */
    static final int NONE = 0;

    /** The tag of a number; greater ones are those of things. */
    static final int NUMBER = 1;

    private static final int FRAMES_MAX = 8;
    private static final int STACK_BYTES = 512;
    private static final int STACK_GRANULE_BYTES = 32;
    private static final int END = -1;
    private static final long LOW_32 = 0xffff_ffffL;

    /** Somebody who sees every instruction before it is executed. */
    interface Watcher {
        void before(TracingExecutor run);
    }

    final FuzzWorld world;
    private final Insn[] code;
    private final TracedHost host;
    private final TracedCalls calls;
    private final FuzzRandom random = new FuzzRandom(0);
    private TracedFrame[] frames = new TracedFrame[FRAMES_MAX];
    private int depth;
    private long[] r = new long[0];
    private int[] t = new int[0];
    private int pc;
    long executed;

    TracingExecutor(FuzzWorld world, BpfCode program) {
        this.world = world;
        this.code = new Insn[program.slotCount()];
        for (int i = 0; i < code.length; i++) {
            if (program.isInsn(i)) {
                code[i] = program.at(i);
            }
        }
        this.host = new TracedHost(this, random);
        this.calls = new TracedCalls(this, host, random);
    }

    int pc() {
        return pc;
    }

    int depth() {
        return depth;
    }

    TracedFrame frame(int at) {
        return frames[at];
    }

    TracedHost host() {
        return host;
    }

    Trap trap(String what) {
        return new Trap(pc, what);
    }

    /**
     * Runs on an input that follows from a seed.
     *
     * @return whether it came to its end, with so much fuel
     * @throws Trap if it did what it must not
     */
    boolean run(long seed, long fuel, @Nullable Watcher watcher) {
        random.seed(seed);
        host.begin();
        depth = -1;
        push(new TracedFrame(host.newThing(Thing.Kind.STACK, STACK_BYTES), END, false));
        host.enter(r, t);
        pc = 0;
        executed = 0;
        while (executed < fuel) {
            if (watcher != null) {
                watcher.before(this);
            }
            executed++;
            int next = step(code[pc]);
            if (next == END) {
                return true;
            }
            pc = next;
        }
        return false;
    }

    void push(TracedFrame frame) {
        if (depth + 1 == FRAMES_MAX) {
            throw trap("more than 8 functions are active");
        }
        depth++;
        frames[depth] = frame;
        r = frame.values;
        t = frame.tags;
        r[10] = frame.stack.base + STACK_BYTES;
        t[10] = frame.stack.tag;
        frame.heldAtEntry = host.held();
        frame.mayGotoLeft = random.below(12);
        requireStack();
    }

    private void pop() {
        frames[depth].stack.alive = false;
        depth--;
        r = frames[depth].values;
        t = frames[depth].tags;
    }

    TracedFrame frame() {
        return frames[depth];
    }

    long value(int register) {
        return r[register];
    }

    int tag(int register) {
        return t[register];
    }

    void set(int register, long value, int tag) {
        r[register] = value;
        t[register] = tag;
    }

    /** What a call leaves. */
    void scratch() {
        for (int i = 0; i <= 5; i++) {
            t[i] = NONE;
        }
    }

    private int step(Insn insn) {
        int next = pc + 1;
        switch (insn) {
            case Insn.Alu alu -> alu(alu);
            case Insn.MoveSignExtend move -> {
                long value = TracedNumbers.extended(
                        number(move.source()), move.from().bits());
                set(move.dst(), move.width() == Width.BITS_32 ? value & LOW_32 : value);
            }
            case Insn.Negate negate -> {
                long value = -number(negate.dst());
                set(negate.dst(), negate.width() == Width.BITS_32 ? value & LOW_32 : value);
            }
            case Insn.ByteSwap swap -> set(swap.dst(), TracedNumbers.swapped(swap, number(swap.dst())));
            case Insn.LoadWide load -> {
                host.loadWide(load, pc);
                next = pc + 2;
            }
            case Insn.Load load ->
                load(load.dst(), load.base(), load.offset(), load.size().bytes(), load.signed());
            case Insn.LoadAcquire load -> {
                requireAligned(load.base(), load.offset(), load.size().bytes());
                load(load.dst(), load.base(), load.offset(), load.size().bytes(), false);
            }
            case Insn.Store store ->
                store(store.base(), store.offset(), store.size().bytes(), store.value());
            case Insn.StoreRelease store -> {
                requireAligned(store.base(), store.offset(), store.size().bytes());
                store(store.base(), store.offset(), store.size().bytes(), store.source());
            }
            case Insn.Atomic atomic -> atomic(atomic);
            case Insn.LoadPacketAbsolute load ->
                next = packet(Integer.toUnsignedLong(load.offset()), load.size().bytes()) ? next : END;
            case Insn.LoadPacketIndirect load ->
                next = packet(
                                (number(load.index()) + load.offset()) & LOW_32,
                                load.size().bytes())
                        ? next
                        : END;
            case Insn.Jump(int offset) -> next += offset;
            case Insn.JumpLong(int offset) -> next += offset;
            case Insn.JumpIf jump -> next += jumps(jump) ? jump.offset() : 0;
            case Insn.MayGoto(int offset) -> next += frame().mayGotoLeft-- > 0 ? 0 : offset;
            case Insn.CallLocal(int offset) -> next = call(next + offset);
            case Insn.CallHelper(int id) -> next = calls.call(id);
            case Insn.CallHost(int id) -> next = calls.call(FuzzWorld.ITERATOR_NEW + id - 1);
            case Insn.CallRegister(Register target) -> next = calls.call((int) number(target));
            case Insn.Exit _ -> next = exit();
        }
        return next;
    }

    /** Loads a big-endian number of the packet into r0; false if that ends the program. */
    private boolean packet(long offset, int bytes) {
        if (!world.type.has(ProgramType.Trait.PACKET_INSTRUCTIONS)) {
            throw trap("a packet instruction");
        }
        host.requireNothingHeld();
        if (offset > host.packet().size - bytes) {
            return false;
        }
        set(Register.R0, host.packet().getBigEndian((int) offset, bytes));
        return true;
    }

    // Numbers.

    private void set(Register register, long value) {
        r[register.number()] = value;
        t[register.number()] = NUMBER;
    }

    private long number(Register register) {
        int tag = t[register.number()];
        if (tag != NUMBER && (tag == NONE || !world.mayLeak())) {
            throw trap(register + (tag == NONE ? " was not written" : " is a pointer, and is used as a number"));
        }
        return r[register.number()];
    }

    private int tagOf(Operand operand) {
        int tag = operand instanceof Register register ? t[register.number()] : NUMBER;
        if (tag == NONE) {
            throw trap(operand + " was not written");
        }
        return tag;
    }

    private long valueOf(Operand operand) {
        return switch (operand) {
            case Register register -> r[register.number()];
            case Immediate(int value) -> value;
        };
    }

    private void alu(Insn.Alu alu) {
        int dst = alu.dst().number();
        int right = tagOf(alu.source());
        long b = valueOf(alu.source());
        if (alu.op() == AluOp.MOV) {
            if (right != NUMBER && alu.width() == Width.BITS_32 && world.mayLeak()) {
                right = NUMBER;
            }
            if (right != NUMBER && alu.width() == Width.BITS_32) {
                throw trap("half of a pointer is copied");
            }
            set(dst, alu.width() == Width.BITS_32 ? b & LOW_32 : b, right);
            return;
        }
        int left = tagOf(alu.dst());
        long a = r[dst];
        if (left == NUMBER && right == NUMBER) {
            set(
                    dst,
                    alu.width() == Width.BITS_64
                            ? TracedNumbers.alu64(alu.op(), a, b)
                            : TracedNumbers.alu32(alu.op(), a, b),
                    NUMBER);
            return;
        }
        boolean toZero = alu.source() == alu.dst() && (alu.op() == AluOp.XOR || alu.op() == AluOp.SUB);
        if (toZero) {
            set(dst, 0, NUMBER);
        } else if (alu.width() == Width.BITS_64 && alu.op() == AluOp.ADD && (left == NUMBER || right == NUMBER)) {
            set(dst, a + b, Math.max(left, right));
        } else if (alu.width() == Width.BITS_64 && alu.op() == AluOp.OR && right == NUMBER && (a & b) == 0) {
            if (b != 0) {
                host.requireAligned(left); // OR adds only where the low bits of addresses are fixed
            }
            set(dst, a | b, left);
        } else if (alu.width() == Width.BITS_64 && alu.op() == AluOp.SUB && right == NUMBER) {
            set(dst, a - b, left);
        } else if (alu.width() == Width.BITS_64
                && alu.op() == AluOp.SUB
                && (left == right || (world.mayLeak() && left != NUMBER))) {
            set(dst, a - b, NUMBER);
        } else if (world.mayLeak()) {
            set(
                    dst,
                    alu.width() == Width.BITS_64
                            ? TracedNumbers.alu64(alu.op(), a, b)
                            : TracedNumbers.alu32(alu.op(), a, b),
                    NUMBER);
        } else {
            throw trap("%s %s on a pointer makes a number of it".formatted(alu.width(), alu.op()));
        }
    }

    private boolean jumps(Insn.JumpIf jump) {
        int left = tagOf(jump.left());
        int right = tagOf(jump.right());
        long a = r[jump.left().number()];
        long b = valueOf(jump.right());
        Condition condition = jump.condition();
        boolean equality = condition == Condition.EQUAL || condition == Condition.NOT_EQUAL;
        boolean withNull = equality && ((left == NUMBER && a == 0) || (right == NUMBER && b == 0));
        boolean pointers = left != NUMBER || right != NUMBER;
        if (pointers && !world.mayLeak() && (jump.width() == Width.BITS_32 || (left != right && !withNull))) {
            throw trap("a pointer is compared with something else");
        }
        return TracedNumbers.test(jump, a, b);
    }

    // Memory.

    /** What an address leads to; the offset in it is then in {@link #at}. */
    private Thing dereference(Register base, int offset, int bytes, boolean write) {
        Thing thing = host.thing(base.number());
        at = thing(thing, r[base.number()] + offset, bytes, write);
        return thing;
    }

    private int at;

    /** Checks an access and gives its offset in the thing. */
    int thing(Thing thing, long address, long bytes, boolean write) {
        long offset = address - thing.base;
        if (!thing.alive) {
            throw trap("access to %s".formatted(thing));
        }
        switch (thing.kind) {
            case MAP, FUNCTION -> throw trap("access to a " + thing);
            case STACK, PACKET, CONTEXT, VALUE, KEY, MEMORY, OBJECT -> {}
        }
        if (offset < 0 || offset > thing.size - bytes) {
            throw trap("%d bytes at offset %d of %s".formatted(bytes, offset, thing));
        }
        if (write && !thing.writable) {
            throw trap("write to " + thing);
        }
        if (thing.map != null
                && thing.kind == Thing.Kind.VALUE
                && thing.map.spinLockOffset().isPresent()) {
            int lock = thing.map.spinLockOffset().getAsInt();
            if (offset < lock + Integer.BYTES && offset + bytes > lock) {
                throw trap("access to a lock in " + thing);
            }
        }
        if (thing.kind == Thing.Kind.STACK && STACK_BYTES - offset > thing.stackUsed) {
            thing.stackUsed = (int) (STACK_BYTES - offset);
            requireStack();
        }
        return (int) offset;
    }

    private void requireStack() {
        int bytes = 0;
        for (int i = 0; i <= depth; i++) {
            int used = Math.max(1, frames[i].stack.stackUsed);
            bytes += (used + STACK_GRANULE_BYTES - 1) / STACK_GRANULE_BYTES * STACK_GRANULE_BYTES;
        }
        if (bytes > STACK_BYTES) {
            throw trap("%d bytes of stack are used".formatted(bytes));
        }
    }

    private void load(Register dst, Register base, int offset, int bytes, boolean signed) {
        Thing thing = dereference(base, offset, bytes, false);
        if (thing.kind == Thing.Kind.CONTEXT || thing.kind == Thing.Kind.OBJECT) {
            loadField(thing, dst, bytes, signed);
            return;
        }
        if (thing.map != null && thing.kind == Thing.Kind.VALUE && !thing.map.programsMayRead()) {
            throw trap("read of " + thing);
        }
        long value = thing.get(at, bytes);
        if (thing.kind == Thing.Kind.STACK && !thing.isAll(at, bytes, Thing.NUMBER)) {
            boolean whole = bytes == Long.BYTES && at % Long.BYTES == 0 && thing.isAll(at, bytes, Thing.POINTER);
            if (!whole && world.mayLeak() && thing.isWritten(at, bytes)) {
                set(dst, signed ? TracedNumbers.extended(value, bytes * Byte.SIZE) : value);
                return;
            }
            if (!whole) {
                throw trap("stack bytes are read that are not all numbers, at " + (at - STACK_BYTES));
            }
            set(dst.number(), value, thing.pointers[at / Long.BYTES]);
            return;
        }
        set(dst, signed ? TracedNumbers.extended(value, bytes * Byte.SIZE) : value);
    }

    private Field field(Thing thing, int bytes, boolean write) {
        if (thing.type == null) {
            throw new IllegalStateException("a structure without type");
        }
        Field field = thing.type.fieldAt(at).orElseThrow(() -> trap("access between fields of " + thing));
        int within = (at - field.offsetBytes()) % field.sizeBytes();
        boolean whole = within == 0 && bytes == field.sizeBytes();
        if (within + bytes > field.sizeBytes()
                || (write && !(field.writable() && whole))
                || (!whole && !field.narrowReads())) {
            throw trap("%d bytes at %d of field %s".formatted(bytes, within, field.name()));
        }
        return field;
    }

    private void loadField(Thing thing, Register dst, int bytes, boolean signed) {
        Field field = field(thing, bytes, false);
        switch (field.kind()) {
            case FieldKind.Scalar _, FieldKind.Bytes _ -> {
                long value = thing.get(at, bytes);
                set(dst, signed ? TracedNumbers.extended(value, bytes * Byte.SIZE) : value);
            }
            case FieldKind.Packet(FieldKind.Part part) -> {
                Thing packet = host.packet();
                set(dst.number(), packet.base + (part == FieldKind.Part.END ? packet.size : 0), packet.tag);
            }
            case FieldKind.Pointer _ -> {
                Thing object = host.contextObject();
                set(dst.number(), object == null ? 0 : object.base, object == null ? NUMBER : object.tag);
            }
        }
    }

    private void store(Register base, int offset, int bytes, Operand source) {
        int tag = tagOf(source);
        long value = valueOf(source);
        Thing thing = dereference(base, offset, bytes, true);
        if (thing.kind == Thing.Kind.CONTEXT || thing.kind == Thing.Kind.OBJECT) {
            field(thing, bytes, true);
        }
        boolean whole = thing.kind == Thing.Kind.STACK && bytes == Long.BYTES && at % Long.BYTES == 0;
        if (tag != NUMBER && !whole) {
            if (world.mayLeak()) {
                tag = NUMBER;
            } else {
                throw leak(thing);
            }
        }
        if (thing.kind == Thing.Kind.STACK) {
            requireNoIterator(thing, bytes);
            java.util.Arrays.fill(thing.shadow, at, at + bytes, tag == NUMBER ? Thing.NUMBER : Thing.POINTER);
            if (tag != NUMBER) {
                thing.pointers[at / Long.BYTES] = tag;
            }
        }
        thing.set(at, bytes, value);
    }

    private Trap leak(Thing thing) {
        return trap("a pointer is stored in %s, where it can be seen".formatted(thing));
    }

    private void requireNoIterator(Thing thing, int bytes) {
        for (int i = at; i < at + bytes; i++) {
            if (thing.shadow[i] == Thing.ITERATOR) {
                throw trap("an iterator is overwritten");
            }
        }
    }

    private void requireAligned(Register base, int offset, int bytes) {
        Thing thing = host.thing(base.number());
        if ((r[base.number()] + offset - thing.base) % bytes != 0) {
            throw trap("a misaligned atomic access");
        }
        if (thing.kind == Thing.Kind.CONTEXT || thing.kind == Thing.Kind.OBJECT) {
            throw trap("an atomic access to " + thing);
        }
    }

    private void atomic(Insn.Atomic atomic) {
        int bytes = atomic.size().bytes();
        long operand = number(atomic.source());
        requireAligned(atomic.base(), atomic.offset(), bytes);
        Thing thing = dereference(atomic.base(), atomic.offset(), bytes, true);
        boolean leaks = world.mayLeak() && thing.kind == Thing.Kind.STACK && thing.isWritten(at, bytes);
        if (thing.kind == Thing.Kind.STACK && !leaks && !thing.isAll(at, bytes, Thing.NUMBER)) {
            throw trap("an atomic access to stack bytes that are not all numbers");
        }
        if (leaks) {
            java.util.Arrays.fill(thing.shadow, at, at + bytes, Thing.NUMBER);
        }
        long old = thing.get(at, bytes);
        if (atomic.op() == AtomicOp.COMPARE_EXCHANGE) {
            long expected = number(Register.R0);
            if (old == (bytes == Long.BYTES ? expected : expected & LOW_32)) {
                thing.set(at, bytes, operand);
            }
            set(Register.R0, old);
            return;
        }
        thing.set(
                at,
                bytes,
                switch (atomic.op()) {
                    case ADD, FETCH_ADD -> old + operand;
                    case OR, FETCH_OR -> old | operand;
                    case AND, FETCH_AND -> old & operand;
                    case XOR, FETCH_XOR -> old ^ operand;
                    case EXCHANGE, COMPARE_EXCHANGE -> operand;
                });
        if (atomic.op().fetches()) {
            set(atomic.source(), old);
        }
    }

    // Functions.

    private int call(int entry) {
        host.requireUnlocked();
        TracedFrame frame = new TracedFrame(host.newThing(Thing.Kind.STACK, STACK_BYTES), pc, false);
        for (int i = 1; i <= 5; i++) {
            frame.values[i] = r[i];
            frame.tags[i] = t[i];
        }
        scratch();
        push(frame);
        return entry;
    }

    private int exit() {
        TracedFrame frame = frame();
        long value = r[0];
        int tag = t[0];
        if (depth == 0) {
            host.requireNothingHeld();
            if (tag != NUMBER && (tag == NONE || !world.mayLeak())) {
                throw trap(tag == NONE ? "r0 was not written" : "a pointer is returned");
            }
            boolean any = world.type.resultMin() == Long.MIN_VALUE;
            if (!any && ((int) value < world.type.resultMin() || (int) value > world.type.resultMax())) {
                throw trap("result " + value);
            }
            return END;
        }
        if (frame.callback) {
            if (tag != NUMBER || value < 0 || value > 1) {
                throw trap("a callback returns something else than 0 or 1");
            }
            if (host.held() != frame.heldAtEntry) {
                throw trap("a callback holds other resources than before");
            }
            host.requireUnlocked();
            pop();
            calls.roundEnded(value);
            return frame.callSlot;
        }
        pop();
        scratch();
        set(0, value, tag);
        return frame.callSlot + 1;
    }

    /** Goes back to the caller of the active function as if it had returned a number; for a tail call. */
    int returnNumber(long value) {
        if (depth == 0) {
            return END;
        }
        int slot = frame().callSlot;
        pop();
        scratch();
        set(0, value, NUMBER);
        return slot + 1;
    }
}
