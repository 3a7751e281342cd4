package dev.ring3.bench.bpf;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.util.Locale;

/**
 * What is done with a map, as programs that do it {@value #TURNS} times with keys chosen at random among those that are
 * there. The time of a program that only chooses keys is subtracted, that of an update where one deletes what it put in.
 */
enum MapOperation {
    LOOKUP("""
            r1 = MAP ll
            r2 = r10
            r2 += -8
            call 1
            if r0 == 0 goto next
            r0 = *(u64 *)(r0 + 0)
            r8 += r0
            """),
    UPDATE("""
            r1 = MAP ll
            r2 = r10
            r2 += -8
            r3 = r10
            r3 += -16
            r4 = 0
            call 2
            """),
    /** An update of what has to be there. */
    REPLACE(UPDATE.body.replace("r4 = 0", "r4 = 2")),
    /** By chance a lookup or an update. */
    MIXED("""
            r3 = r7
            r3 >>= 40
            r3 &= 1
            if r3 == 0 goto look
            """ + UPDATE.body + """
            goto next
            look:
            """ + LOOKUP.body),
    /** Update and delete; the update is subtracted. */
    DELETE(UPDATE.body + """
            r1 = MAP ll
            r2 = r10
            r2 += -8
            call 3
            """),
    PUSH_POP("""
            r1 = MAP ll
            r2 = r10
            r2 += -16
            r3 = 0
            call 87
            r1 = MAP ll
            r2 = r10
            r2 += -16
            call 88
            """),
    /** A map that is found in a map, and a value in it. */
    NESTED_LOOKUP("""
            r3 = 0
            *(u64 *)(r10 - 24) = r3
            r1 = MAP ll
            r2 = r10
            r2 += -8
            call 1
            if r0 == 0 goto next
            r1 = r0
            r2 = r10
            r2 += -24
            call 1
            if r0 == 0 goto next
            r0 = *(u64 *)(r0 + 0)
            r8 += r0
            """),
    /** Records that a program reserves and submits, and the host takes; it is not woken. */
    RECORD_128(record(128)),
    RECORD_400(record(400)),
    RECORD_1420(record(1420)),
    GET_PRANDOM_U32(helper(7)),
    KTIME_GET_NS(helper(5)),
    KTIME_GET_BOOT_NS(helper(125)),
    GET_SMP_PROCESSOR_ID(helper(8)),
    /** A program that calls itself until it may not: so many tail calls, and the rest of the program. */
    TAIL_CALL("");

    /** As many tail calls a run may make. */
    static final int TAIL_CALLS = 33;

    private static final String CHAIN = """
            r2 = MAP ll
            r3 = 0
            call 12
            r0 = 7
            exit
            """;

    private static final String CHAIN_BASELINE = """
            r0 = 7
            exit
            """;

    private static String record(int bytes) {
        return """
                r1 = MAP ll
                r2 = %d
                r3 = 0
                call 131
                if r0 == 0 goto next
                *(u64 *)(r0 + 0) = r7
                r1 = r0
                r2 = 1
                call 132
                """.formatted(bytes);
    }

    private static String helper(int number) {
        return """
                call %d
                r8 += r0
                """.formatted(number);
    }

    static final int TURNS = 256;

    private static final String LOOP = """
            r6 = 0
            r7 = 42
            r8 = 0
            loop:
            r7 *= 1103515245
            r7 += 12345
            r2 = r7
            r2 >>= 16
            KEY
            *(u64 *)(r10 - 8) = r2
            *(u64 *)(r10 - 16) = r2
            BODY
            next:
            r6 += 1
            if r6 < TURNS goto loop
            r0 = r8
            exit
            """;

    /** Of sixteen million, so that nearly every one is new. */
    private static final int NEW_NUMBERS = 1 << 24;

    /** As memory: the length of 32, then as many bits. */
    private static final String PREFIX = """
            r2 <<= 32
            r2 |= 32""";

    /** All keys in a row, put in. */
    private static final String FILL = """
            r6 = 0
            loop:
            *(u64 *)(r10 - 8) = r6
            *(u64 *)(r10 - 16) = r6
            BODY
            r6 += 1
            if r6 < ENTRIES goto loop
            r0 = 0
            exit
            """;

    /** What takes the place of the operation where there is none. */
    private static final String NOTHING = """
            r0 = *(u64 *)(r10 - 16)
            r8 += r0
            """;

    private final String body;

    MapOperation(String body) {
        this.body = body;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How often a run does it. */
    int turns() {
        return this == TAIL_CALL ? TAIL_CALLS : TURNS;
    }

    /**
     * The program that does it.
     *
     * @param map how the map is named: {@code map_by_idx(0)}
     */
    BpfCode code(MapKind.Keys keys, String map) {
        if (this == TAIL_CALL) {
            return Assembler.assemble(CHAIN.replace("MAP", map), Dialect.LLVM);
        }
        return assemble(LOOP, keys, body, map);
    }

    /** The program that does all but it. */
    BpfCode baseline(MapKind.Keys keys, String map) {
        if (this == TAIL_CALL) {
            return Assembler.assemble(CHAIN_BASELINE, Dialect.LLVM);
        }
        return assemble(LOOP, keys, this == DELETE ? UPDATE.body : NOTHING, map);
    }

    /** A program that puts in every number. */
    static BpfCode fill(String map) {
        return assemble(FILL, MapKind.Keys.NUMBERS, UPDATE.body, map);
    }

    private static String key(MapKind.Keys keys) {
        if (keys.arePrefixes()) {
            return PREFIX;
        }
        return "r2 &= " + ((keys == MapKind.Keys.NEW_NUMBERS ? NEW_NUMBERS : keys.count()) - 1);
    }

    private static BpfCode assemble(String frame, MapKind.Keys keys, String body, String map) {
        String source = frame.replace("BODY\n", body)
                .replace("MAP", map)
                .replace("KEY\n", key(keys) + "\n")
                .replace("ENTRIES", Integer.toString(keys.count()))
                .replace("TURNS", Integer.toString(TURNS));
        return Assembler.assemble(source, Dialect.LLVM);
    }
}
