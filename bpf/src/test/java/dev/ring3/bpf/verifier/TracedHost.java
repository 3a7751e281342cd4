package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.type.MapShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host of a traced run: what there is that pointers can point to, and what the program holds. */
final class TracedHost {
    private static final long LOWEST_ADDRESS = 0x10000;
    private static final long ADDRESS = 0x5555_0000_0000L;
    private static final int PACKET_FILLED_BYTES = 96;

    private final TracingExecutor run;
    private final FuzzRandom random;
    private final List<Thing> things = new ArrayList<>();
    private final Thing[][] values = new Thing[FuzzWorld.MAPS.size()][];
    private final @Nullable Thing[] maps = new Thing[FuzzWorld.MAPS.size()];
    private final byte[] packetBytes;
    private @Nullable Thing packet;
    private @Nullable Thing contextObject;

    @Nullable
    Thing locked;

    private int held;

    TracedHost(TracingExecutor run, FuzzRandom random) {
        this.run = run;
        this.random = random;
        this.packetBytes = new byte[run.world.lengthMax()];
    }

    /** A new run. */
    void begin() {
        things.clear();
        Arrays.fill(values, null);
        Arrays.fill(maps, null);
        packet = null;
        contextObject = null;
        locked = null;
        held = 0;
    }

    /** What the program finds in its registers. */
    void enter(long[] values1, int[] tags) {
        int length = Math.max(run.world.lengthMin(), length(packetBytes.length));
        long base = random.chance(50) ? LOWEST_ADDRESS : ADDRESS >> 4;
        Thing block = new Thing(Thing.Kind.PACKET, things.size() + 2, base, length, packetBytes);
        things.add(block);
        fill(packetBytes, Math.min(packetBytes.length, PACKET_FILLED_BYTES));
        packet = block;
        if (run.world.isContext()) {
            Thing context = newThing(Thing.Kind.CONTEXT, FuzzWorld.FuzzContext.BYTES);
            context.type = FuzzWorld.FuzzContext.TYPE;
            fill(context.bytes, context.size);
            values1[1] = context.base;
            tags[1] = context.tag;
            if (random.chance(60)) {
                contextObject = newObject();
            }
        } else {
            values1[1] = block.base;
            tags[1] = block.tag;
            values1[2] = length;
            tags[2] = TracingExecutor.NUMBER;
        }
    }

    private int length(int max) {
        return switch (random.below(6)) {
            case 0 -> max;
            case 1 -> random.below(4);
            case 2 -> random.between(0, max);
            default -> Math.min(max, random.between(0, 72));
        };
    }

    private void fill(byte[] bytes, int count) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes, 0, count).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(random.number());
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) random.number());
        }
    }

    // Things.

    Thing newThing(Thing.Kind kind, int size) {
        return newThing(kind, size, new byte[size]);
    }

    private Thing newThing(Thing.Kind kind, int size, byte[] bytes) {
        int tag = things.size() + 2;
        Thing thing = new Thing(kind, tag, ADDRESS + ((long) tag << 20), size, bytes);
        things.add(thing);
        return thing;
    }

    Thing newObject() {
        Thing object = newThing(Thing.Kind.OBJECT, FuzzWorld.FuzzContext.OBJECT.sizeBytes());
        object.type = FuzzWorld.FuzzContext.OBJECT;
        object.writable = false;
        return object;
    }

    /** What a register points to; traps if it is no pointer. */
    Thing thing(int register) {
        int tag = run.tag(register);
        if (tag == TracingExecutor.NONE) {
            throw run.trap("r%d was not written".formatted(register));
        }
        if (tag == TracingExecutor.NUMBER) {
            throw run.trap("r%d is used as an address and is the number %d".formatted(register, run.value(register)));
        }
        return things.get(tag - 2);
    }

    /** The thing of a tag that is one. */
    Thing byTag(int tag) {
        return things.get(tag - 2);
    }

    /** Stacks and values of maps begin at multiples of 16 and 8; of other things nothing is promised. */
    void requireAligned(int tag) {
        switch (byTag(tag).kind) {
            case STACK, VALUE -> {}
            case PACKET, CONTEXT, MAP, KEY, MEMORY, OBJECT, FUNCTION -> {
                throw run.trap("OR on the address of " + byTag(tag));
            }
        }
    }

    Thing packet() {
        if (packet == null) {
            throw new IllegalStateException("not entered");
        }
        return packet;
    }

    @Nullable
    Thing contextObject() {
        return contextObject;
    }

    private Thing map(int index) {
        Thing known = maps[index];
        if (known == null) {
            known = newThing(Thing.Kind.MAP, 0);
            known.map = FuzzWorld.MAPS.get(index);
            known.number = index;
            maps[index] = known;
        }
        return known;
    }

    Thing value(int index, int element) {
        MapShape shape = FuzzWorld.MAPS.get(index);
        if (values[index] == null) {
            values[index] = new Thing[(int) shape.maxEntries()];
        }
        Thing known = values[index][element];
        if (known == null) {
            known = newThing(Thing.Kind.VALUE, (int) shape.valueBytes());
            known.map = shape;
            known.number = element;
            known.writable = shape.programsMayWrite();
            byte[] constants = shape.constants().orElse(null);
            if (constants == null) {
                fill(known.bytes, known.size);
            } else {
                System.arraycopy(constants, 0, known.bytes, 0, constants.length);
            }
            values[index][element] = known;
        }
        return known;
    }

    void loadWide(Insn.LoadWide load, int pc) {
        int dst = load.dst().number();
        switch (load.source()) {
            case IMMEDIATE -> run.set(dst, load.value(), TracingExecutor.NUMBER);
            case CODE -> {
                Thing function = newThing(Thing.Kind.FUNCTION, 0);
                function.number = pc + 1 + load.low();
                run.set(dst, function.base, function.tag);
            }
            case MAP_BY_INDEX -> {
                Thing map = map(load.low());
                run.set(dst, map.base, map.tag);
            }
            case MAP_VALUE_BY_INDEX -> {
                Thing value = value(load.low(), 0);
                run.set(dst, value.base + load.high(), value.tag);
            }
            case MAP_BY_FD, MAP_VALUE_BY_FD, VARIABLE -> throw run.trap("a wide load of " + load.source());
        }
    }

    // What is held.

    int held() {
        return held;
    }

    void acquired() {
        held++;
    }

    void released() {
        held--;
    }

    boolean isLocked() {
        return locked != null;
    }

    void requireUnlocked() {
        if (locked != null) {
            throw run.trap("a lock is held");
        }
    }

    void requireNothingHeld() {
        requireUnlocked();
        if (held != 0) {
            throw run.trap("%d resources are held".formatted(held));
        }
    }
}
