package dev.ring3.bpf.verifier;

import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.Result;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Plays the functions of the host by their contracts alone: traps arguments that break them, and gives results chosen at
 * random among those that they allow.
 */
final class TracedCalls {
    private static final int HASH_ENTRIES = 3;
    private static final int ALLOCATION_BYTES_MAX = 1 << 20;
    private static final long LOOP_MAX = 1 << 23;

    private final TracingExecutor run;
    private final TracedHost host;
    private final FuzzRandom random;

    TracedCalls(TracingExecutor run, TracedHost host, FuzzRandom random) {
        this.run = run;
        this.host = host;
        this.random = random;
    }

    /** Plays a function of the host; gives the slot where the program goes on, -1 for its end. */
    int call(int number) {
        FunctionContract contract = run.world.type.functions().contract(number);
        if (contract == null) {
            throw run.trap("call of function " + number);
        }
        if (host.locked != null && number != FuzzWorld.UNLOCK) {
            throw run.trap("a call while a lock is held");
        }
        Call call = new Call(contract);
        for (int i = 0; i < contract.arguments().size(); i++) {
            argument(call, contract.arguments().get(i), i + 1);
        }
        return switch (number) {
            case FuzzWorld.LOOP, FuzzWorld.FOR_EACH -> loop(call, number == FuzzWorld.LOOP);
            case FuzzWorld.TAIL_CALL -> {
                host.requireNothingHeld();
                if (random.chance(50)) {
                    yield run.returnNumber(random.number());
                }
                yield finish(random.number(), TracingExecutor.NUMBER);
            }
            case FuzzWorld.ITERATOR_NEXT -> next(call);
            default -> result(call, number);
        };
    }

    /** What the arguments of a call say. */
    private static final class Call {
        final FunctionContract contract;

        @Nullable
        Thing map;

        boolean memoryIsNull;
        int memoryRegister;
        Argument.@Nullable Kind memoryKind;
        long allocation;
        int function;
        int key;

        @Nullable
        Thing iterator;

        int iteratorAt;

        Call(FunctionContract contract) {
            this.contract = contract;
        }
    }

    private void argument(Call call, Argument argument, int register) {
        int tag = run.tag(register);
        long value = run.value(register);
        if (tag == TracingExecutor.NONE) {
            throw run.trap("argument r%d was not written".formatted(register));
        }
        if (argument.nullable() && tag == TracingExecutor.NUMBER && value == 0) {
            call.memoryIsNull = true;
            return;
        }
        switch (argument.kind()) {
            case ANYTHING -> {
                if (!run.world.mayLeak()) {
                    requireNumber(register);
                }
            }
            case SCALAR -> requireNumber(register);
            case MAP -> call.map = requireKind(register, Thing.Kind.MAP, 0);
            case MAP_KEY -> key(call, register);
            case MAP_VALUE -> memory(register, shape(call).valueBytes(), true, false);
            case MAP_VALUE_OUTPUT -> memory(register, shape(call).valueBytes(), false, true);
            case MEMORY_OF_SIZE -> memory(register, argument.sizeBytes(), true, false);
            case OUTPUT_OF_SIZE -> memory(register, argument.sizeBytes(), false, true);
            case MEMORY, OUTPUT, MEMORY_IN_OUT -> {
                host.thing(register);
                call.memoryRegister = register;
                call.memoryKind = argument.kind();
            }
            case SIZE, SIZE_OR_ZERO -> size(call, register, argument.kind() == Argument.Kind.SIZE);
            case ALLOCATION_SIZE -> {
                requireNumber(register);
                if (value < 0 || value > Integer.MAX_VALUE) {
                    throw run.trap("%d bytes are reserved".formatted(value));
                }
                call.allocation = value;
            }
            case CONTEXT -> requireKind(register, Thing.Kind.CONTEXT, 0);
            case CALLBACK -> call.function = requireKind(register, Thing.Kind.FUNCTION, 0).number;
            case CALLBACK_CONTEXT -> {
                if (tag != TracingExecutor.NUMBER || value != 0) {
                    if (host.thing(register).kind != Thing.Kind.STACK) {
                        throw run.trap("a callback's context that is no stack");
                    }
                }
            }
            case SPIN_LOCK -> lock(call, register);
            case ALLOCATION -> {
                Thing memory = requireKind(register, Thing.Kind.MEMORY, 0);
                if (!memory.allocation || !memory.alive) {
                    throw run.trap("%s was not reserved, or is no longer".formatted(memory));
                }
                release(memory);
            }
            case OBJECT -> {
                Thing object = requireKind(register, Thing.Kind.OBJECT, 0);
                if (!object.alive || (argument.releases() && !object.acquired)) {
                    throw run.trap("%s was not acquired, or is no longer".formatted(object));
                }
                if (argument.releases()) {
                    release(object);
                }
            }
            case ITERATOR_NEW, ITERATOR -> iterator(call, argument, register);
            case CONSTANT_STRING, TIMER, UNSUPPORTED -> throw run.trap("argument " + argument.kind());
        }
    }

    private static MapShape shape(Call call) {
        if (call.map == null || call.map.map == null) {
            throw new IllegalStateException("a key before its map");
        }
        return call.map.map;
    }

    private void requireNumber(int register) {
        if (run.tag(register) != TracingExecutor.NUMBER) {
            throw run.trap("the host sees the pointer in r%d".formatted(register));
        }
    }

    private Thing requireKind(int register, Thing.Kind kind, long offset) {
        Thing thing = host.thing(register);
        if (thing.kind != kind || run.value(register) != thing.base + offset) {
            throw run.trap("r%d is not the address of a %s, but of %s".formatted(register, kind, thing));
        }
        return thing;
    }

    /** Memory that the host reads or fills. */
    private Thing memory(int register, long bytes, boolean read, boolean write) {
        Thing thing = host.thing(register);
        switch (thing.kind) {
            case CONTEXT, OBJECT, MAP, FUNCTION -> throw run.trap("the host is given the address of " + thing);
            case STACK, PACKET, VALUE, KEY, MEMORY -> {}
        }
        if (bytes == 0) {
            return thing;
        }
        int at = run.thing(thing, run.value(register), bytes, write);
        int count = (int) bytes;
        if (thing.kind == Thing.Kind.STACK) {
            boolean leaks = run.world.mayLeak() && thing.isWritten(at, count);
            if (read && !leaks && !thing.isAll(at, count, Thing.NUMBER)) {
                throw run.trap("the host reads stack bytes that are not all numbers");
            }
            for (int i = at; write && i < at + count; i++) {
                if (thing.shadow[i] == Thing.ITERATOR) {
                    throw run.trap("the host overwrites an iterator");
                }
                thing.shadow[i] = Thing.NUMBER;
            }
        }
        if (write) {
            for (int i = at; i < at + count; i++) {
                thing.bytes[i] = (byte) random.next();
            }
        }
        return thing;
    }

    private void key(Call call, int register) {
        Thing thing = memory(register, shape(call).keyBytes(), true, false);
        int at = (int) (run.value(register) - thing.base);
        call.key = shape(call).keyBytes() == Integer.BYTES ? (int) thing.get(at, Integer.BYTES) : 0;
    }

    private void size(Call call, int register, boolean positive) {
        requireNumber(register);
        long bytes = run.value(register);
        if (bytes < 0 || bytes > Integer.MAX_VALUE || (positive && bytes == 0)) {
            throw run.trap("a length of " + bytes);
        }
        if (call.memoryIsNull) {
            if (bytes != 0) {
                throw run.trap("%d bytes at null".formatted(bytes));
            }
            return;
        }
        boolean write = call.memoryKind != Argument.Kind.MEMORY;
        boolean read = call.memoryKind != Argument.Kind.OUTPUT;
        memory(call.memoryRegister, bytes, read, write);
    }

    private void lock(Call call, int register) {
        Thing value = requireKind(register, Thing.Kind.VALUE, FuzzWorld.LOCK_OFFSET);
        if (value.map == null || value.map.spinLockOffset().isEmpty()) {
            throw run.trap("no lock in " + value);
        }
        boolean unlock = call.contract.has(FunctionContract.Effect.UNLOCKS);
        if (unlock ? host.locked != value : host.locked != null) {
            throw run.trap(unlock ? "another lock is held, or none" : "a lock is held");
        }
        host.locked = unlock ? null : value;
    }

    private void release(Thing thing) {
        thing.alive = false;
        host.released();
    }

    private int finish(long value, int tag) {
        run.scratch();
        run.set(0, value, tag);
        return run.pc() + 1;
    }

    private int result(Call call, int number) {
        Result result = call.contract.result();
        boolean isNull = result.nullable() && (random.chance(30) || call.allocation > ALLOCATION_BYTES_MAX);
        return switch (result.kind()) {
            case SCALAR -> {
                if (number == FuzzWorld.ITERATOR_NEW) {
                    makeIterator(call);
                }
                yield finish(scalar(result.min(), result.max()), TracingExecutor.NUMBER);
            }
            case VOID -> {
                if (number == FuzzWorld.ITERATOR_DESTROY) {
                    destroyIterator(call);
                }
                yield finish(0, TracingExecutor.NONE);
            }
            case MAP_VALUE -> {
                Thing value = found(call);
                yield value == null ? finish(0, TracingExecutor.NUMBER) : finish(value.base, value.tag);
            }
            case ALLOCATION, MEMORY_OF_SIZE, OBJECT -> {
                if (isNull) {
                    yield finish(0, TracingExecutor.NUMBER);
                }
                Thing thing = switch (result.kind()) {
                    case OBJECT -> host.newObject();
                    default ->
                        host.newThing(Thing.Kind.MEMORY, (int)
                                (result.kind() == Result.Kind.ALLOCATION ? call.allocation : result.sizeBytes()));
                };
                thing.allocation = result.kind() == Result.Kind.ALLOCATION;
                thing.acquired = result.acquires();
                if (result.acquires()) {
                    host.acquired();
                }
                yield finish(thing.base, thing.tag);
            }
            case ITERATOR_ELEMENT -> throw new IllegalStateException("played elsewhere");
        };
    }

    private long scalar(long min, long max) {
        if (min == Long.MIN_VALUE) {
            return random.number();
        }
        return switch (random.below(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> min + Long.remainderUnsigned(random.next(), max - min + 1);
        };
    }

    private @Nullable Thing found(Call call) {
        if (call.map == null) {
            throw new IllegalStateException("a value without map");
        }
        int index = call.map.number;
        MapShape shape = shape(call);
        if (shape.type() == 2) {
            return Integer.compareUnsigned(call.key, (int) shape.maxEntries()) < 0 ? host.value(index, call.key) : null;
        }
        return random.chance(40) ? null : host.value(index, random.below(HASH_ENTRIES));
    }

    // Loops.

    private int loop(Call call, boolean counted) {
        TracedFrame frame = run.frame();
        TracedFrame.Loop loop = frame.loop;
        if (loop == null) {
            loop = new TracedFrame.Loop();
            boolean wrong = run.value(4) != 0;
            long turns = counted
                    ? Integer.toUnsignedLong((int) run.value(1))
                    : shape(call).maxEntries();
            loop.end = wrong || turns > LOOP_MAX ? 0 : turns;
            loop.function = call.function;
            frame.loop = loop;
        }
        if (loop.key != null) {
            loop.key.alive = false;
        }
        if (loop.next >= loop.end) {
            frame.loop = null;
            return finish(random.number(), TracingExecutor.NUMBER);
        }
        TracedFrame callback = new TracedFrame(host.newThing(Thing.Kind.STACK, 512), run.pc(), true);
        long index = loop.next++;
        if (counted) {
            give(callback, 1, index, TracingExecutor.NUMBER);
            give(callback, 2, run.value(3), run.tag(3));
        } else {
            Thing key = host.newThing(Thing.Kind.KEY, (int) shape(call).keyBytes());
            key.map = shape(call);
            key.writable = false;
            loop.key = key;
            Thing value = host.value(requireMap(call).number, (int) index);
            give(callback, 1, run.value(1), run.tag(1));
            give(callback, 2, key.base, key.tag);
            give(callback, 3, value.base, value.tag);
            give(callback, 4, run.value(3), run.tag(3));
        }
        run.push(callback);
        return loop.function;
    }

    private static Thing requireMap(Call call) {
        if (call.map == null) {
            throw new IllegalStateException("no map");
        }
        return call.map;
    }

    private static void give(TracedFrame frame, int register, long value, int tag) {
        frame.values[register] = value;
        frame.tags[register] = tag;
    }

    /** A callback returned; its caller is active again. */
    void roundEnded(long verdict) {
        TracedFrame.Loop loop = run.frame().loop;
        if (loop != null && verdict != 0) {
            loop.next = loop.end;
        }
    }

    // Iterators: eight bytes of the stack, and the number that they give.

    private void iterator(Call call, Argument argument, int register) {
        Thing stack = host.thing(register);
        if (stack.kind != Thing.Kind.STACK) {
            throw run.trap("an iterator that is not on the stack");
        }
        int at = run.thing(stack, run.value(register), Long.BYTES, true);
        boolean alive = stack.shadow[at] == Thing.ITERATOR;
        if (at % Long.BYTES != 0 || alive == (argument.kind() == Argument.Kind.ITERATOR_NEW)) {
            throw run.trap(alive ? "an iterator is made where one is" : "no iterator is there");
        }
        call.iterator = stack;
        call.iteratorAt = at;
    }

    private void makeIterator(Call call) {
        Thing stack = call.iterator;
        if (stack == null) {
            throw new IllegalStateException("no iterator");
        }
        Arrays.fill(stack.shadow, call.iteratorAt, call.iteratorAt + Long.BYTES, Thing.ITERATOR);
        Thing element = host.newThing(Thing.Kind.MEMORY, Integer.BYTES);
        element.writable = false;
        stack.pointers[call.iteratorAt / Long.BYTES] = element.tag;
        int from = (int) run.value(2);
        long turns = (long) (int) run.value(3) - from;
        element.number = turns <= 0 ? 0 : (int) Math.min(turns, 20);
        element.set(0, Integer.BYTES, from - 1);
        host.acquired();
    }

    private int next(Call call) {
        Thing stack = call.iterator;
        if (stack == null) {
            throw new IllegalStateException("no iterator");
        }
        Thing element = host.byTag(stack.pointers[call.iteratorAt / Long.BYTES]);
        if (element.number == 0) {
            return finish(0, TracingExecutor.NUMBER);
        }
        element.number--;
        element.set(0, Integer.BYTES, element.get(0, Integer.BYTES) + 1);
        return finish(element.base, element.tag);
    }

    private void destroyIterator(Call call) {
        Thing stack = call.iterator;
        if (stack == null) {
            throw new IllegalStateException("no iterator");
        }
        Thing element = host.byTag(stack.pointers[call.iteratorAt / Long.BYTES]);
        element.alive = false;
        host.released();
        Arrays.fill(stack.shadow, call.iteratorAt, call.iteratorAt + Long.BYTES, Thing.UNWRITTEN);
    }
}
