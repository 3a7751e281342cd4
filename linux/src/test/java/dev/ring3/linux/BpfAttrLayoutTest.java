package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.BpfAttrLayout.Buffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Golden bytes, little-endian, from {@code union bpf_attr} as the BTF of a Linux 6.18 kernel on x86-64 describes it. */
class BpfAttrLayoutTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment attr = arena.allocate(BpfAttrLayout.BYTES, Long.BYTES);

    @BeforeEach
    void requireLittleEndian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the golden bytes are little-endian");
    }

    @Test
    void mapCreate_encoded_hasGoldenBytes() {
        BpfAttrLayout.encodeMapCreate(attr, new MapSpec(KernelMapType.LRU_HASH, 5, 0x1234, 77, 1 << 4, "my_map.1"));

        assertThat(bytes()).isEqualTo(golden("""
                09000000 05000000 34120000 4d000000 10000000 00000000 00000000
                6d795f6d61702e310000000000000000
                """));
    }

    @Test
    void element_encoded_hasGoldenBytes() {
        BpfAttrLayout.encodeElement(attr, 258, at(0x1122334455667788L), at(0x99aabbccddeeL), 2);

        assertThat(bytes()).isEqualTo(golden("""
                02010000 00000000 8877665544332211 eeddccbbaa990000 0200000000000000
                """));
    }

    @Test
    void progLoad_encoded_hasGoldenBytes() {
        ProgramSpec spec = ProgramSpec.of(KernelProgramType.XDP, new byte[24])
                .withName("fifteen_letters")
                .withFlags(0x24)
                .withExpectedAttachType(37);
        LoadLog log = new LoadLog(3, segment(0x7f0000000030L, 0x10001));
        MemorySegment insns = segment(0x7f0000000010L, 24);

        BpfAttrLayout.encodeProgLoad(attr, spec, insns, at(0x7f0000000020L), log);

        assertThat(bytes()).isEqualTo(golden("""
                06000000 03000000 1000000000_7f0000 2000000000_7f0000
                03000000 00000100 3000000000_7f0000 00000000 24000000
                6669667465656e5f6c65747465727300 00000000 25000000
                """));
    }

    @Test
    void progLoad_logTrueSize_isReadAt140() {
        attr.set(ValueLayout.JAVA_INT, 140, 4711);

        assertThat(BpfAttrLayout.progLogTrueBytes(attr)).isEqualTo(4711);
    }

    @Test
    void testRun_encoded_hasGoldenBytes() {
        Buffers data = new Buffers(segment(0x7f0000000010L, 64), segment(0x7f0000000020L, 576));
        Buffers context = new Buffers(segment(0x7f0000000030L, 24), segment(0x7f0000000040L, 25));

        BpfAttrLayout.encodeTestRun(attr, 9, 1000, data, context);

        assertThat(bytes()).isEqualTo(golden("""
                09000000 00000000 40000000 40020000 1000000000_7f0000 2000000000_7f0000
                e8030000 00000000 18000000 19000000 3000000000_7f0000 4000000000_7f0000
                """));
    }

    @Test
    void testRun_results_areReadWhereTheKernelWritesThem() {
        attr.set(ValueLayout.JAVA_INT, 4, 1);
        attr.set(ValueLayout.JAVA_INT, 12, 2);
        attr.set(ValueLayout.JAVA_INT, 36, 3);
        attr.set(ValueLayout.JAVA_INT, 44, 4);

        assertThat(BpfAttrLayout.testRetval(attr)).isEqualTo(1);
        assertThat(BpfAttrLayout.testDataOutBytes(attr)).isEqualTo(2);
        assertThat(BpfAttrLayout.testDurationNanos(attr)).isEqualTo(3);
        assertThat(BpfAttrLayout.testContextOutBytes(attr)).isEqualTo(4);
    }

    @Test
    void btfLoad_encoded_hasGoldenBytes() {
        LoadLog log = new LoadLog(1, segment(0x7f0000000030L, 0x2001));

        BpfAttrLayout.encodeBtfLoad(attr, segment(0x7f0000000010L, 0x48), log);

        assertThat(bytes()).isEqualTo(golden("""
                1000000000_7f0000 3000000000_7f0000 48000000 00200000 01000000 00000000
                """));
    }

    @Test
    void btfLoad_logTrueSize_isReadAt28() {
        attr.set(ValueLayout.JAVA_INT, 28, 4711);

        assertThat(BpfAttrLayout.btfLogTrueBytes(attr)).isEqualTo(4711);
    }

    private byte[] bytes() {
        return attr.toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes given, then zeros to the end of the union. */
    private static byte[] golden(String hex) {
        byte[] given = HEX.parseHex(hex.replaceAll("[\\s_]", ""));
        byte[] all = new byte[168];
        System.arraycopy(given, 0, all, 0, given.length);
        return all;
    }

    private static MemorySegment at(long address) {
        return MemorySegment.ofAddress(address);
    }

    /** An address with a length; nobody reads it. */
    @SuppressWarnings("restricted")
    private static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
