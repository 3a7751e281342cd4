package dev.ring3.bpf.kernel;

import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/** The words in which the tables of helpers are written. */
final class Terms {
    static final Argument ANYTHING = Argument.of(Argument.Kind.ANYTHING);
    static final Argument CONTEXT = Argument.of(Argument.Kind.CONTEXT);
    static final Argument MAP = Argument.of(Argument.Kind.MAP);
    static final Argument KEY = Argument.of(Argument.Kind.MAP_KEY);
    static final Argument VALUE = Argument.of(Argument.Kind.MAP_VALUE);
    static final Argument VALUE_OUTPUT = Argument.of(Argument.Kind.MAP_VALUE_OUTPUT);
    static final Argument MEMORY = Argument.of(Argument.Kind.MEMORY);
    static final Argument IN_OUT = Argument.of(Argument.Kind.MEMORY_IN_OUT);
    static final Argument OUTPUT = Argument.of(Argument.Kind.OUTPUT);
    static final Argument OUTPUT_4 = Argument.output(Integer.BYTES);
    static final Argument OUTPUT_8 = Argument.output(Long.BYTES);
    static final Argument SIZE = Argument.of(Argument.Kind.SIZE);
    static final Argument SIZE_OR_ZERO = Argument.of(Argument.Kind.SIZE_OR_ZERO);
    static final Argument ALLOCATION_SIZE = Argument.of(Argument.Kind.ALLOCATION_SIZE);
    static final Argument ALLOCATION = Argument.of(Argument.Kind.ALLOCATION).released();
    static final Argument CALLBACK = Argument.of(Argument.Kind.CALLBACK);
    static final Argument CALLBACK_CONTEXT =
            Argument.of(Argument.Kind.CALLBACK_CONTEXT).orNull();
    static final Argument CONSTANT_STRING = Argument.of(Argument.Kind.CONSTANT_STRING);
    static final Argument SPIN_LOCK = Argument.of(Argument.Kind.SPIN_LOCK);
    static final Argument TIMER = Argument.of(Argument.Kind.TIMER);
    static final Argument UNSUPPORTED = Argument.of(Argument.Kind.UNSUPPORTED);

    /** Any kind of socket: a full one, a TCP one, a mini socket. */
    static final Argument SOCKET = Argument.of(Argument.Kind.OBJECT);

    static final Argument TASK = Argument.object(KernelObjects.TASK);

    static final Result NUMBER = Result.SCALAR;
    static final Result NOTHING = Result.VOID;
    static final Result VALUE_OR_NULL = Result.MAP_VALUE_OR_NULL;

    /** The length of what was written, or a negative errno. */
    static final Result LENGTH = Result.scalar(-4095, Integer.MAX_VALUE);

    static final Effect GPL = Effect.GPL_ONLY;
    static final Effect MOVES = Effect.MOVES_PACKET;
    static final Effect PACKET = Effect.PACKET_MEMORY;

    private Terms() {}
}
