package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The argument of {@code bpf(2)}, {@code union bpf_attr} of {@code include/uapi/linux/bpf.h} (Linux 6.18): for each
 * command used here its number, the offsets of its fields, encoding, and the results that the kernel writes back.
 *
 * <p>Numbers are in the host's byte order; {@code u64} fields hold addresses. Everything that a command does not set
 * has to be zero. Commands pass the whole union: a kernel that knows fewer fields accepts the rest if it is zero,
 * and refuses the call with {@code E2BIG} if it is not.
 */
final class BpfAttrLayout {
    /** Length of the longest member that is used, that of {@link #PROG_LOAD}. */
    static final int BYTES = 168;

    /** Length of the names of programs and maps, their final NUL included ({@code BPF_OBJ_NAME_LEN}). */
    static final int NAME_BYTES = 16;

    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP_ELEM = 1;
    static final int MAP_UPDATE_ELEM = 2;
    static final int MAP_DELETE_ELEM = 3;
    static final int MAP_GET_NEXT_KEY = 4;
    static final int MAP_LOOKUP_AND_DELETE_ELEM = 21;
    static final int MAP_FREEZE = 22;
    static final int PROG_LOAD = 5;
    static final int PROG_TEST_RUN = 10;
    static final int BTF_LOAD = 18;

    private static final int MAP_TYPE_AT = 0;
    private static final int MAP_KEY_SIZE_AT = 4;
    private static final int MAP_VALUE_SIZE_AT = 8;
    private static final int MAP_MAX_ENTRIES_AT = 12;
    private static final int MAP_FLAGS_AT = 16;
    private static final int MAP_INNER_FD_AT = 20;
    private static final int MAP_NAME_AT = 28;

    private static final int ELEMENT_MAP_FD_AT = 0;
    private static final int ELEMENT_KEY_AT = 8;
    private static final int ELEMENT_VALUE_AT = 16; // or next_key
    private static final int ELEMENT_FLAGS_AT = 24;

    private static final int PROG_TYPE_AT = 0;
    private static final int PROG_INSN_CNT_AT = 4;
    private static final int PROG_INSNS_AT = 8;
    private static final int PROG_LICENSE_AT = 16;
    private static final int PROG_LOG_LEVEL_AT = 24;
    private static final int PROG_LOG_SIZE_AT = 28;
    private static final int PROG_LOG_BUF_AT = 32;
    private static final int PROG_FLAGS_AT = 44;
    private static final int PROG_NAME_AT = 48;
    private static final int PROG_EXPECTED_ATTACH_TYPE_AT = 68;
    private static final int PROG_LOG_TRUE_SIZE_AT = 140;

    private static final int TEST_PROG_FD_AT = 0;
    private static final int TEST_RETVAL_AT = 4;
    private static final int TEST_DATA_SIZE_IN_AT = 8;
    private static final int TEST_DATA_SIZE_OUT_AT = 12;
    private static final int TEST_DATA_IN_AT = 16;
    private static final int TEST_DATA_OUT_AT = 24;
    private static final int TEST_REPEAT_AT = 32;
    private static final int TEST_DURATION_AT = 36;
    private static final int TEST_CTX_SIZE_IN_AT = 40;
    private static final int TEST_CTX_SIZE_OUT_AT = 44;
    private static final int TEST_CTX_IN_AT = 48;
    private static final int TEST_CTX_OUT_AT = 56;

    private static final int BTF_AT = 0;
    private static final int BTF_LOG_BUF_AT = 8;
    private static final int BTF_SIZE_AT = 16;
    private static final int BTF_LOG_SIZE_AT = 20;
    private static final int BTF_LOG_LEVEL_AT = 24;
    private static final int BTF_LOG_TRUE_SIZE_AT = 28;

    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

    private BpfAttrLayout() {}

    static void encodeMapCreate(MemorySegment attr, MapSpec spec) {
        attr.set(U32, MAP_TYPE_AT, spec.type().number());
        attr.set(U32, MAP_KEY_SIZE_AT, spec.keyBytes());
        attr.set(U32, MAP_VALUE_SIZE_AT, spec.valueBytes());
        attr.set(U32, MAP_MAX_ENTRIES_AT, spec.entriesMax());
        attr.set(U32, MAP_FLAGS_AT, spec.flags());
        attr.set(U32, MAP_INNER_FD_AT, spec.inner().map(KernelMap::descriptor).orElse(0));
        setName(attr, MAP_NAME_AT, spec.name());
    }

    /** One element of a map; {@code value} is the next key for {@link #MAP_GET_NEXT_KEY}. */
    static void encodeElement(MemorySegment attr, int mapFd, MemorySegment key, MemorySegment value, long flags) {
        attr.set(U32, ELEMENT_MAP_FD_AT, mapFd);
        attr.set(U64, ELEMENT_KEY_AT, key.address());
        attr.set(U64, ELEMENT_VALUE_AT, value.address());
        attr.set(U64, ELEMENT_FLAGS_AT, flags);
    }

    /** {@code insns} is whole instructions, {@code license} ends in NUL. */
    static void encodeProgLoad(
            MemorySegment attr, ProgramSpec spec, MemorySegment insns, MemorySegment license, LoadLog log) {
        attr.set(U32, PROG_TYPE_AT, spec.type().number());
        attr.set(U32, PROG_INSN_CNT_AT, (int) (insns.byteSize() / ProgramSpec.INSN_BYTES));
        attr.set(U64, PROG_INSNS_AT, insns.address());
        attr.set(U64, PROG_LICENSE_AT, license.address());
        attr.set(U32, PROG_LOG_LEVEL_AT, log.level());
        attr.set(U32, PROG_LOG_SIZE_AT, log.sizeBytes());
        attr.set(U64, PROG_LOG_BUF_AT, log.buffer().address());
        attr.set(U32, PROG_FLAGS_AT, spec.flags());
        setName(attr, PROG_NAME_AT, spec.name());
        attr.set(U32, PROG_EXPECTED_ATTACH_TYPE_AT, spec.expectedAttachType());
    }

    /** How long the log was, its NUL included; 0 from kernels before 6.4, which do not tell. */
    static int progLogTrueBytes(MemorySegment attr) {
        return attr.get(U32, PROG_LOG_TRUE_SIZE_AT);
    }

    static void encodeTestRun(MemorySegment attr, int programFd, int repeat, Buffers data, Buffers context) {
        attr.set(U32, TEST_PROG_FD_AT, programFd);
        attr.set(U32, TEST_REPEAT_AT, repeat);
        attr.set(U32, TEST_DATA_SIZE_IN_AT, (int) data.in().byteSize());
        attr.set(U32, TEST_DATA_SIZE_OUT_AT, (int) data.out().byteSize());
        attr.set(U64, TEST_DATA_IN_AT, data.in().address());
        attr.set(U64, TEST_DATA_OUT_AT, data.out().address());
        attr.set(U32, TEST_CTX_SIZE_IN_AT, (int) context.in().byteSize());
        attr.set(U32, TEST_CTX_SIZE_OUT_AT, (int) context.out().byteSize());
        attr.set(U64, TEST_CTX_IN_AT, context.in().address());
        attr.set(U64, TEST_CTX_OUT_AT, context.out().address());
    }

    static int testRetval(MemorySegment attr) {
        return attr.get(U32, TEST_RETVAL_AT);
    }

    /** Nanoseconds of one run, the mean over all repetitions. */
    static int testDurationNanos(MemorySegment attr) {
        return attr.get(U32, TEST_DURATION_AT);
    }

    static int testDataOutBytes(MemorySegment attr) {
        return attr.get(U32, TEST_DATA_SIZE_OUT_AT);
    }

    static int testContextOutBytes(MemorySegment attr) {
        return attr.get(U32, TEST_CTX_SIZE_OUT_AT);
    }

    static void encodeBtfLoad(MemorySegment attr, MemorySegment btf, LoadLog log) {
        attr.set(U64, BTF_AT, btf.address());
        attr.set(U32, BTF_SIZE_AT, (int) btf.byteSize());
        attr.set(U64, BTF_LOG_BUF_AT, log.buffer().address());
        attr.set(U32, BTF_LOG_SIZE_AT, log.sizeBytes());
        attr.set(U32, BTF_LOG_LEVEL_AT, log.level());
    }

    /** As {@link #progLogTrueBytes}. */
    static int btfLogTrueBytes(MemorySegment attr) {
        return attr.get(U32, BTF_LOG_TRUE_SIZE_AT);
    }

    private static void setName(MemorySegment attr, int at, String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(ascii, 0, attr, ValueLayout.JAVA_BYTE, at, ascii.length);
    }

    /** What goes into a test run and the room for what comes out; {@link MemorySegment#NULL} for none. */
    record Buffers(MemorySegment in, MemorySegment out) {}
}
