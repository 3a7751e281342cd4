package dev.ring3.cli.suite;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One test of the suite: a program, the memory it is called with, and what must become of it.
 *
 * <p>A file consists of sections, each begun by a line {@code -- name}; {@code #} begins a comment anywhere.
 *
 * <pre>
 * asm                  the program in the suite's dialect
 * raw                  the program as 64-bit numbers, or as bytes of two digits each; wins over asm
 * mem                  bytes in hexadecimal
 * result               r0, hexadecimal with 0x or decimal; the last line wins
 * error                the message of the failure that must come; without one, any failure
 * c, no register offset     notes, ignored
 * </pre>
 */
public final class SuiteFile {
    private final Optional<byte[]> bytecode;
    private final String assembly;
    private final byte[] memory;
    private final OptionalLong result;
    private final Optional<String> error;

    /**
     * A test.
     *
     * @param bytecode the program in little endian, or empty to take {@code assembly}
     * @param assembly its lines stand where they stand in the file
     * @param error the failure expected, empty text for any
     */
    SuiteFile(Optional<byte[]> bytecode, String assembly, byte[] memory, OptionalLong result, Optional<String> error) {
        this.bytecode = bytecode;
        this.assembly = assembly;
        this.memory = memory.clone();
        this.result = result;
        this.error = error;
    }

    /**
     * Reads a test.
     *
     * @throws SuiteFormatException if it is malformed, or holds what no test has
     */
    public static SuiteFile parse(String text) throws SuiteFormatException {
        return new SuiteFileParser().parse(text);
    }

    /**
     * The program.
     *
     * @throws AssemblyException if it does not assemble; line and column are those in the file
     * @throws InsnException if its bytes are no valid program
     */
    public BpfCode code() {
        return bytecode.map(bytes -> InsnLayout.decode(bytes, ByteOrder.LITTLE_ENDIAN))
                .orElseGet(() -> Assembler.assemble(assembly, Dialect.CONFORMANCE));
    }

    /** The memory that the program is called with; empty for none. */
    public byte[] memory() {
        return memory.clone();
    }

    /** The r0 expected. */
    public OptionalLong result() {
        return result;
    }

    /** The message of the failure expected, empty text for any; absent if none is expected. */
    public Optional<String> error() {
        return error;
    }

    @Override
    public String toString() {
        return "SuiteFile[memory=%s, result=%s, error=%s]".formatted(Arrays.toString(memory), result, error);
    }
}
