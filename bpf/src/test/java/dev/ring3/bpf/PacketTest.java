package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R7;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The deprecated packet access instructions (RFC 9669 section 5.5). */
@ParameterizedClass
@EnumSource(EngineKind.class)
class PacketTest {
    private static final byte[] PACKET = {0x01, (byte) 0x82, 0x03, (byte) 0x84, 0x05, (byte) 0x86, 0x07};
    private static final long STOPPED = 0;
    private static final long WENT_ON = 99;

    private final BpfRuntime runtime;

    PacketTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @EnumSource(value = Size.class, names = "DOUBLE", mode = EnumSource.Mode.EXCLUDE)
    void absolute_insideThePacket_isBigEndianAndUnsigned(Size size) {
        for (int at = 0; at + size.bytes() <= PACKET.length; at++) {
            long expected = new BigInteger(1, Arrays.copyOfRange(PACKET, at, at + size.bytes())).longValue();
            assertThat(run(wide(R0, -1), new Insn.LoadPacketAbsolute(size, at), EXIT))
                    .isEqualTo(expected);
            assertThat(run(mov(R7, 2), new Insn.LoadPacketIndirect(size, R7, at - 2), EXIT))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Size.class, names = "DOUBLE", mode = EnumSource.Mode.EXCLUDE)
    void absolute_outsideThePacket_endsTheProgramWithZero(Size size) {
        for (int at : new int[] {
            PACKET.length - size.bytes() + 1, PACKET.length, -1, -size.bytes(), Integer.MIN_VALUE, Integer.MAX_VALUE
        }) {
            assertThat(run(mov(R0, 5), new Insn.LoadPacketAbsolute(size, at), mov(R0, (int) WENT_ON), EXIT))
                    .as("%s at %d", size, at)
                    .isEqualTo(STOPPED);
        }
    }

    /** Index and offset are added in 32 bits; the upper half of the register means nothing. */
    @Test
    void indirect_sumsAroundTheEdges_areComputedIn32Bits() {
        assertIndirect(0xffff_ffffL, 1, 0x01);
        assertIndirect(0x7_0000_0000L, 1, 0x82);
        assertIndirect(-1, 3, 0x03);
        assertIndirect(6, -6, 0x01);
        assertIndirect(0x8000_0000L, Integer.MIN_VALUE, 0x01);
        assertIndirect(1, 6, STOPPED);
        assertIndirect(0, -1, STOPPED);
        assertIndirect(Integer.MAX_VALUE, Integer.MAX_VALUE, STOPPED);
        assertIndirect(0x1_0000_0000L - 5, 4, STOPPED);
    }

    private void assertIndirect(long index, int offset, long expected) {
        assertThat(run(wide(R7, index), new Insn.LoadPacketIndirect(Size.BYTE, R7, offset), EXIT))
                .as("index 0x%x, offset %d", index, offset)
                .isEqualTo(expected);
    }

    @Test
    void load_outsideInNestedFrames_endsTheWholeProgram() {
        BpfCode code = new Code()
                .callLocal("outer")
                .add(mov(R0, (int) WENT_ON), EXIT)
                .label("outer")
                .callLocal("inner")
                .add(mov(R0, (int) WENT_ON), EXIT)
                .label("inner")
                .add(new Insn.LoadPacketAbsolute(Size.WORD, 100), mov(R0, (int) WENT_ON), EXIT)
                .build();
        Invocation invocation =
                runtime.program("packet", code, ProgramTypes.MEMORY).newInvocation();
        assertThat(invocation.run()).isEqualTo(STOPPED);
        assertThat(invocation.instructionsExecuted()).isEqualTo(3);
        assertThat(invocation.run()).isEqualTo(STOPPED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 64 << 10})
    void load_withoutPacket_endsTheProgram(int offset) {
        BpfCode code = BpfCode.of(mov(R0, 5), new Insn.LoadPacketAbsolute(Size.BYTE, offset), mov(R0, 6), EXIT);
        assertThat(runtime.program("packet", code, ProgramTypes.MEMORY).run(MemorySegment.ofArray(new byte[0])))
                .isEqualTo(STOPPED);
    }

    private long run(Insn... insns) {
        try (BpfProgram program = runtime.program("packet", BpfCode.of(insns), ProgramTypes.MEMORY)) {
            return program.run(MemorySegment.ofArray(PACKET.clone()));
        }
    }
}
