package dev.ring3.bpf.verifier;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Argument.Kind;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.Result;
import dev.ring3.bpf.type.StructType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What fuzzed programs are for: their type, maps and host functions, which only have contracts. */
final class FuzzWorld {
    static final int LOOKUP = 1;
    static final int UPDATE = 2;
    static final int RANDOM = 7;
    static final int TAIL_CALL = 12;
    static final int LOCK = 93;
    static final int UNLOCK = 94;
    static final int RESERVE = 131;
    static final int SUBMIT = 132;
    static final int DISCARD = 133;
    static final int FOR_EACH = 164;
    static final int LOOP = 181;
    static final int READ = 900;
    static final int FILL = 901;
    static final int CHANGE = 902;
    static final int ACQUIRE = 903;
    static final int RELEASE = 904;
    static final int SMALL_NUMBER = 905;
    static final int LENT = 906;
    static final int FILL_FIXED = 907;
    static final int ITERATOR_NEW = 910;
    static final int ITERATOR_NEXT = 911;
    static final int ITERATOR_DESTROY = 912;

    /** The numbers of the functions that code calls by BTF id. */
    static final Map<Integer, Integer> ITERATORS = Map.of(1, ITERATOR_NEW, 2, ITERATOR_NEXT, 3, ITERATOR_DESTROY);

    /** The result of {@link #SMALL_NUMBER}. */
    static final int SMALL_NUMBER_MIN = -3;

    static final int SMALL_NUMBER_MAX = 12;

    /** The size of what {@link #LENT} and {@link #FILL_FIXED} give. */
    static final int FIXED_BYTES = 24;

    // Maps by their index.
    static final int ARRAY = 0;
    static final int HASH = 1;
    static final int CONSTANTS = 2;
    static final int RING = 3;
    static final int READ_ONLY = 4;
    static final int LOCKED = 5;
    static final int PROGRAMS = 6;

    static final int LOCK_OFFSET = 8;
    private static final int RING_TYPE = 27;
    private static final int CONSTANTS_BYTES = 32;

    static final List<MapShape> MAPS = List.of(
            MapShape.of("array", 2, 4, 48, 4),
            MapShape.of("hash", 1, 8, 24, 8),
            new MapShape(
                    "constants",
                    2,
                    4,
                    CONSTANTS_BYTES,
                    1,
                    true,
                    false,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.of(constants()),
                    null),
            MapShape.of("ring", RING_TYPE, 0, 0, 4096),
            new MapShape(
                    "readonly",
                    2,
                    4,
                    16,
                    2,
                    true,
                    false,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    null),
            new MapShape(
                    "locked",
                    2,
                    4,
                    32,
                    2,
                    true,
                    true,
                    OptionalInt.of(LOCK_OFFSET),
                    OptionalInt.empty(),
                    Optional.empty(),
                    null),
            MapShape.of("programs", 3, 4, 4, 2));

    private static final HostFunctions FUNCTIONS = functions();

    /** Programs that the host trusts with addresses, and that have packet instructions. */
    static final FuzzWorld TRUSTED = new FuzzWorld(
            block("trusted", 256).with(ProgramType.Trait.POINTERS_MAY_LEAK, ProgramType.Trait.PACKET_INSTRUCTIONS));

    private static final int FIXED_BLOCK_BYTES = 48;

    /**
     * A small block of memory, one that has a least length, one of the usual size, the trusted one, and a context with
     * results in a range.
     */
    static final List<FuzzWorld> ALL = List.of(
            new FuzzWorld(block("small_block", 64)),
            new FuzzWorld(block("fixed_block", 64).withEntry(new Entry.Block(FIXED_BLOCK_BYTES, 64))),
            new FuzzWorld(block("block", 1 << 16)),
            TRUSTED,
            new FuzzWorld(ProgramType.of("context", new Entry.Context(FuzzContext.TYPE, 512), FUNCTIONS)
                    .withResult(0, 3)));

    final ProgramType type;

    private FuzzWorld(ProgramType type) {
        this.type = type.with(ProgramType.Trait.PACKET_WRITABLE);
    }

    private static ProgramType block(String name, long lengthBytesMax) {
        return ProgramType.of(name, new Entry.Block(lengthBytesMax), FUNCTIONS);
    }

    boolean mayLeak() {
        return type.has(ProgramType.Trait.POINTERS_MAY_LEAK);
    }

    boolean isContext() {
        return type.entry() instanceof Entry.Context;
    }

    /** The longest memory or packet. */
    int lengthMax() {
        return (int) Packets.lengthMax(type.entry());
    }

    /** The shortest memory or packet. */
    int lengthMin() {
        return type.entry() instanceof Entry.Block block ? (int) block.lengthBytesMin() : 0;
    }

    Subject subject(BpfCode code) {
        return new Subject("fuzz", code, ByteOrder.LITTLE_ENDIAN, type, MAPS, Map.of(), Map.of(), ITERATORS, Map.of());
    }

    private static byte[] constants() {
        byte[] bytes = new byte[CONSTANTS_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 8 == 0 ? i + 1 : i % 8 == 4 ? 0xff : 0);
        }
        return bytes;
    }

    private static HostFunctions functions() {
        HostFunctions functions = HostFunctions.NONE;
        for (int number :
                new int[] {LOOKUP, UPDATE, RANDOM, TAIL_CALL, LOCK, UNLOCK, RESERVE, SUBMIT, DISCARD, FOR_EACH, LOOP}) {
            functions = functions.declare(number, KernelHelpers.contract(number));
        }
        StructType object = FuzzContext.OBJECT;
        Result object0 = new Result(Result.Kind.OBJECT, true, true, 0, 0, 0, object);
        Argument iterator = Argument.of(Kind.ITERATOR);
        return functions
                .declare(READ, FunctionContract.of("read", Result.scalar(0, 100), Kind.MEMORY, Kind.SIZE_OR_ZERO))
                .declare(FILL, FunctionContract.of("fill", Result.STATUS, Kind.OUTPUT, Kind.SIZE))
                .declare(CHANGE, FunctionContract.of("change", Result.STATUS, Kind.MEMORY_IN_OUT, Kind.SIZE))
                .declare(ACQUIRE, FunctionContract.of("acquire", object0, Kind.ANYTHING))
                .declare(
                        RELEASE,
                        FunctionContract.of(
                                "release", Result.VOID, Argument.object(object).released()))
                .declare(
                        SMALL_NUMBER,
                        FunctionContract.of("small", Result.scalar(SMALL_NUMBER_MIN, SMALL_NUMBER_MAX), Kind.SCALAR))
                .declare(
                        LENT,
                        FunctionContract.of("lent", Result.memory(FIXED_BYTES).orNull(), Argument.of(Kind.SCALAR)))
                .declare(FILL_FIXED, FunctionContract.of("fill_fixed", Result.STATUS, Argument.output(FIXED_BYTES)))
                .declare(
                        ITERATOR_NEW,
                        FunctionContract.of(
                                "iter_new",
                                Result.SCALAR,
                                Argument.of(Kind.ITERATOR_NEW),
                                Argument.of(Kind.SCALAR),
                                Argument.of(Kind.SCALAR)))
                .declare(
                        ITERATOR_NEXT,
                        FunctionContract.of(
                                "iter_next",
                                new Result(Result.Kind.ITERATOR_ELEMENT, true, false, 0, 0, Integer.BYTES, null),
                                iterator))
                .declare(ITERATOR_DESTROY, FunctionContract.of("iter_destroy", Result.VOID, iterator.released()));
    }

    /** The context and what it leads to. */
    static final class FuzzContext {
        static final int NUMBER_AT = 16;
        static final int WRITABLE_AT = 24;
        static final int WORDS_AT = 32;
        static final int OBJECT_AT = 48;
        static final int BYTES = 64;

        static final StructType OBJECT =
                new StructType("thing", 16, List.of(Field.scalar("id", 0, 4), Field.scalar("size", 8, 8)));

        static final StructType TYPE = new StructType(
                "fuzz_md",
                BYTES,
                List.of(
                        Field.packet("data", 0, 8, FieldKind.Part.START),
                        Field.packet("data_end", 8, 8, FieldKind.Part.END),
                        Field.scalar("number", NUMBER_AT, 4),
                        Field.scalar("writable", WRITABLE_AT, 8).alsoWritable(),
                        Field.scalar("words", WORDS_AT, 4).times(4),
                        Field.pointer("object", OBJECT_AT, OBJECT, true)));

        private FuzzContext() {}
    }
}
