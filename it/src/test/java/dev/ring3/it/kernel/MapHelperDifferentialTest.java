package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.bpf.MapFlags;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.UpdateMode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps as programs have them, against the kernel's own: the same calls with any flags give the same results and values. */
class MapHelperDifferentialTest {
    private static final int CALLS = Boolean.getBoolean("ring3.long") ? 200_000 : 1_500;
    private static final long[] FLAGS = {0, 0, 0, 1, 2, 3, 4, 5, 6, 8, 1L << 32, -1};
    private static final byte[] INDEX_ZERO = new byte[Integer.BYTES];

    private static final int CONTROL_BYTES = 128;
    private static final int CALL_AT = 0;
    private static final int FLAGS_AT = 8;
    private static final int KEY_AT = 16;
    private static final int VALUE_AT = 48;
    private static final int RESULT_AT = 80;
    private static final int FOUND_AT = 88;
    private static final int VALUE_BYTES = 16;

    /** Has the address of the control memory in r6 and what to call in r7. */
    private static final String HEAD = ProgramText.MEMORY_IN_R6 + """
            r7 = *(u64 *)(r6 + 0)
            """;

    private static final String KEYED = HEAD + """
            r1 = map_by_fd(%2$d) ll
            r2 = r6
            r2 += 16
            if r7 == 0 goto lookup
            if r7 == 1 goto update
            call 3
            goto store
            update:
            r3 = r6
            r3 += 48
            r4 = *(u64 *)(r6 + 8)
            call 2
            goto store
            lookup:
            call 1
            if r0 == 0 goto store
            r1 = *(u64 *)(r0 + 8)
            *(u64 *)(r6 + 88) = r1
            r0 = 1
            store:
            *(u64 *)(r6 + 80) = r0
            end:
            r0 = 2
            exit
            """;

    private static final String QUEUED = HEAD + """
            r1 = map_by_fd(%2$d) ll
            r2 = r6
            r2 += 48
            if r7 == 0 goto peek
            if r7 == 1 goto push
            call 88
            goto store
            push:
            r3 = *(u64 *)(r6 + 8)
            call 87
            goto store
            peek:
            call 89
            store:
            *(u64 *)(r6 + 80) = r0
            end:
            r0 = 2
            exit
            """;

    private static final String BLOOM = QUEUED.replace("call 88", "r0 = 0");

    /** A kind of map, how it is made here and there, and which keys are worth trying. */
    enum Kind {
        HASH(1, 8, 20, 0, MapBuilder::hash),
        ARRAY(2, 4, 10, 0, MapBuilder::array),
        LOCKED_HASH(1, 8, 20, 0, builder -> builder.spinLockAt(0).hash()),
        LOCKED_ARRAY(2, 4, 10, 0, builder -> builder.spinLockAt(0).array()),
        LRU_HASH(9, 8, 200, 0, MapBuilder::lruHash), // more than there are keys: what is forgotten is nobody's promise
        LPM_TRIE(11, 8, 40, MapFlags.NO_PREALLOC, MapBuilder::lpmTrie),
        QUEUE(22, 0, 5, 0, MapBuilder::queue),
        STACK(23, 0, 5, 0, MapBuilder::stack),
        BLOOM_FILTER(30, 0, 10_000, 0, builder -> builder.bloomFilter(0)); // so many that no bits are shared by chance

        @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
        private final RawMap.Spec spec;

        @SuppressWarnings("ImmutableEnumChecker") // a method without state
        private final Function<MapBuilder, BpfMap> make;

        Kind(int type, int keyBytes, int entries, int flags, Function<MapBuilder, BpfMap> make) {
            this.spec = new RawMap.Spec(type, keyBytes, VALUE_BYTES, entries, flags);
            this.make = make;
        }

        private BpfMap make(BpfRuntime runtime) {
            return make.apply(runtime.map("m")
                    .keyBytes(spec.keyBytes())
                    .valueBytes(VALUE_BYTES)
                    .entriesMax(spec.entriesMax()));
        }

        private String source() {
            return this == BLOOM_FILTER ? BLOOM : spec.keyBytes() == 0 ? QUEUED : KEYED;
        }

        private void randomKey(Random random, ByteBuffer control) {
            switch (this) {
                case ARRAY, LOCKED_ARRAY ->
                    control.putInt(KEY_AT, random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(12));
                case HASH, LOCKED_HASH, LRU_HASH -> control.putLong(KEY_AT, random.nextInt(40));
                case LPM_TRIE -> {
                    control.putInt(KEY_AT, random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(34));
                    control.putInt(KEY_AT + 4, random.nextInt(4) | random.nextInt(4) << 22 | random.nextInt(2) << 31);
                }
                case QUEUE, STACK, BLOOM_FILTER -> {}
            }
        }

        /** Values of which some come again. */
        private void randomValue(Random random, ByteBuffer control) {
            control.putLong(VALUE_AT + 8, random.nextInt(this == BLOOM_FILTER ? 40 : 1 << 20));
        }

        /** A descriptor of the kernel's map; values with a lock need types that say so. */
        private int createInKernel() {
            if (this != LOCKED_HASH && this != LOCKED_ARRAY) {
                return RawMap.create(spec, 0, 0, 0);
            }
            BtfBuilder types = new BtfBuilder(ByteOrder.nativeOrder());
            int word = types.add(new BtfType.Int("unsigned int", Integer.BYTES, BtfType.Encoding.UNSIGNED));
            int number = types.add(new BtfType.Int("unsigned long", Long.BYTES, BtfType.Encoding.UNSIGNED));
            int lock = types.addStruct("bpf_spin_lock", new BtfBuilder.Field("val", word));
            int value = types.addStruct(
                    "value", new BtfBuilder.Field("lock", lock), new BtfBuilder.Field("number", number));
            int btf = RawMap.loadBtf(types.toBytes());
            assertThat(btf).as("a descriptor of types").isPositive();
            int descriptor = RawMap.create(spec, btf, this == LOCKED_HASH ? number : word, value);
            RawMap.close(btf);
            return descriptor;
        }
    }

    /** The same program, there and here. */
    private interface Side extends AutoCloseable {
        byte[] call(byte[] control);

        @Override
        void close();
    }

    private record InKernel(KernelMap control, RawMap map, KernelProgram program) implements Side {
        static InKernel of(KernelBpf bpf, Kind kind) {
            KernelMap control = bpf.createMap(MapSpec.array(CONTROL_BYTES, 1));
            int descriptor = kind.createInKernel();
            assertThat(descriptor).as("a descriptor of %s", kind.spec).isPositive();
            RawMap map = RawMap.of(descriptor);
            String bound = kind.source().formatted(control.descriptor(), map.descriptor());
            byte[] code = InsnLayout.encode(Assembler.assemble(bound, Dialect.LLVM), ByteOrder.nativeOrder());
            return switch (bpf.load(ProgramSpec.of(KernelProgramType.XDP, code))) {
                case Loaded<KernelProgram> loaded -> new InKernel(control, map, loaded.value());
                case Rejected<KernelProgram> rejected -> throw new AssertionError(rejected.log());
            };
        }

        @Override
        public byte[] call(byte[] memory) {
            control.update(INDEX_ZERO, memory, UpdateMode.ANY);
            assertThat(program.testRun(TestInput.ofData(new byte[64])).returnValue())
                    .isEqualTo(2);
            return control.lookup(INDEX_ZERO).orElseThrow();
        }

        @Override
        public void close() {
            program.close();
            map.close();
            control.close();
        }
    }

    private record InRing3(BpfRuntime runtime, MapView<Integer, byte[]> control, BpfProgram program) implements Side {
        static InRing3 of(Kind kind) {
            BpfRuntime runtime = BpfRuntime.create();
            ArrayMap control = runtime.arrayMap("control", CONTROL_BYTES, 1);
            Bindings bindings = new Bindings(Map.of(1, control, 2, kind.make(runtime)), List.of(), Map.of());
            BpfProgram program = runtime.program(
                    "p",
                    Assembler.assemble(kind.source().formatted(1, 2), Dialect.LLVM),
                    ProgramTypes.MEMORY,
                    bindings);
            return new InRing3(runtime, MapView.of(control, Codec.INT, Codec.ofBytes(CONTROL_BYTES)), program);
        }

        @Override
        public byte[] call(byte[] memory) {
            control.put(0, memory);
            assertThat(program.run(MemorySegment.NULL)).isEqualTo(2);
            return control.lookup(0).orElseThrow();
        }

        @Override
        public void close() {
            runtime.close();
        }
    }

    private static ByteBuffer randomCall(Random random, Kind kind) {
        ByteBuffer control = ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.nativeOrder());
        int call = random.nextInt(6);
        control.putLong(CALL_AT, call < 2 ? 0 : call < 5 ? 1 : 2);
        control.putLong(FLAGS_AT, FLAGS[random.nextInt(FLAGS.length)]);
        kind.randomKey(random, control);
        kind.randomValue(random, control);
        return control;
    }

    @ParameterizedTest
    @EnumSource
    void calls_withAnyFlags_giveWhatTheKernelGives(Kind kind) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        try (Side kernel = InKernel.of(bpf, kind);
                Side own = InRing3.of(kind)) {
            for (int i = 0; i < CALLS; i++) {
                byte[] control = randomCall(random, kind).array();
                assertThat(text(own.call(control.clone())))
                        .as("call %d: %s", i, text(control))
                        .isEqualTo(text(kernel.call(control.clone())));
            }
        }
    }

    /** The negative control: a map that was changed here alone. */
    @Test
    void calls_onAnotherMap_differ() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (Side kernel = InKernel.of(bpf, Kind.HASH);
                Side own = InRing3.of(Kind.HASH)) {
            ByteBuffer update = ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.nativeOrder());
            update.putLong(CALL_AT, 1);
            update.putLong(FLAGS_AT, 1);
            byte[] once = own.call(update.array());
            assertThat(text(own.call(update.array()))).isNotEqualTo(text(kernel.call(update.array())));
            assertThat(ByteBuffer.wrap(once).order(ByteOrder.nativeOrder()).getLong(RESULT_AT))
                    .isZero();
        }
    }

    private static String text(byte[] control) {
        ByteBuffer buffer = ByteBuffer.wrap(control).order(ByteOrder.nativeOrder());
        HexFormat hex = HexFormat.of();
        return "call %d, flags %x, key %s, value %s: %d, found %s"
                .formatted(
                        buffer.getLong(CALL_AT),
                        buffer.getLong(FLAGS_AT),
                        hex.formatHex(control, KEY_AT, KEY_AT + 8),
                        hex.formatHex(control, VALUE_AT, VALUE_AT + VALUE_BYTES),
                        buffer.getLong(RESULT_AT),
                        hex.formatHex(control, FOUND_AT, FOUND_AT + VALUE_BYTES));
    }
}
