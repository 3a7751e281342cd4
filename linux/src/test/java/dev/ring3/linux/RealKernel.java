package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What tests against the running kernel share. */
final class RealKernel {
    private RealKernel() {}

    /** The kernel's BPF; without it, or the right to use it, the test is skipped and says why. */
    static KernelBpf requireBpf() {
        return switch (KernelBpf.probe(KernelProgramType.XDP)) {
            case Available _ -> KernelBpf.open();
            case Unavailable(Availability.Reason reason, String detail) -> {
                String why = "needs bpf(2): " + reason + ": " + detail;
                System.out.println("SKIPPED: " + why);
                yield Assumptions.abort(why);
            }
        };
    }

    /** System calls at all; elsewhere the test is skipped. */
    static void requireCalls() {
        Assumptions.assumeTrue(HostSystemCalls.availability().isAvailable(), "needs system calls of Linux");
    }

    /** A feature, without which the test is skipped. */
    static void require(Features features, Feature feature) {
        Assumptions.assumeTrue(features.has(feature), "needs " + feature + " of Linux " + feature.since());
    }

    /** A folder in memory, for which the test is skipped where there is none. */
    static Path requireTmpfs() {
        Path folder = Path.of("/dev/shm");
        Assumptions.assumeTrue(
                Files.isWritable(folder) && FilesystemSpace.of(folder).magic() == 0x01021994,
                "needs tmpfs at " + folder);
        return folder;
    }

    static void assertFails(Errno errno, Runnable operation) {
        Consumer<LinuxException> isThatErrno = e -> assertThat(e.errno()).isEqualTo(errno);
        assertThatThrownBy(operation::run).isInstanceOfSatisfying(LinuxException.class, isThatErrno);
    }

    /** A program that has to load. */
    static KernelProgram load(KernelBpf bpf, ProgramSpec spec) {
        return switch (bpf.load(spec)) {
            case Loaded<KernelProgram>(KernelProgram program, String _) -> program;
            case Rejected<KernelProgram>(Errno errno, String log) -> throw new AssertionError(errno + "\n" + log);
        };
    }

    /** How many descriptors this process has open. */
    static long openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One instruction in the host's byte order. */
    static byte[] insn(int opcode, int dst, int src, int offset, int imm) {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return ByteBuffer.allocate(ProgramSpec.INSN_BYTES)
                .order(ByteOrder.nativeOrder())
                .put((byte) opcode)
                .put((byte) (little ? src << 4 | dst : dst << 4 | src))
                .putShort((short) offset)
                .putInt(imm)
                .array();
    }

    /** Instructions one after the other. */
    static byte[] program(byte[]... insns) {
        ByteBuffer all = ByteBuffer.allocate(insns.length * ProgramSpec.INSN_BYTES);
        for (byte[] insn : insns) {
            all.put(insn);
        }
        return all.array();
    }

    /** {@code r0 = value}. */
    static byte[] result(int value) {
        return insn(0xb7, 0, 0, 0, value);
    }

    static byte[] exit() {
        return insn(0x95, 0, 0, 0, 0);
    }
}
