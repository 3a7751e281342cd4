package dev.ring3.bpf.engine;

import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The reference engine: one loop over predecoded words that checks every access against the memory the run was given
 * and counts every instruction.
 *
 * <p>The loop stays below 8,000 bytes of bytecode, because HotSpot compiles no larger method; a test measures it. So
 * whatever is rare (atomics, packets, calls) stands in methods of its own.
 */
public final class Interpreter implements Engine {
    /** The engine; it has no state. */
    public static final Interpreter INSTANCE = new Interpreter();

    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final long LOW_32 = 0xffff_ffffL;

    private Interpreter() {}

    @Override
    public Executable prepare(ProgramImage image) {
        return Predecoder.decode(image);
    }

    static long run(InterpreterCode program, Execution x) {
        x.enter(program);
        long result = run(x, 0);
        x.leave();
        return result;
    }

    /**
     * Runs the function at a slot until it returns, or the program ends. Calls itself where a function of the host calls
     * back.
     *
     * <p>An opcode switch: longer than other methods, since every arm is one line.
     */
    static long run(Execution x, int slot) {
        InterpreterCode code = x.code();
        long[] r = x.registers();
        long[] words = code.words;
        int pc = slot;
        int fuel = x.fuel();
        while (true) {
            if (--fuel < 0) {
                fuel = x.refuel(pc + 1);
            }
            long word = words[pc++];
            int dst = Predecoder.dst(word);
            int src = Predecoder.src(word);
            int arg = Predecoder.arg(word);
            switch (Predecoder.op(word)) {
                case Op.ADD -> r[dst] += r[src];
                case Op.SUB -> r[dst] -= r[src];
                case Op.MUL -> r[dst] *= r[src];
                case Op.DIV -> r[dst] = Arithmetic.divide(r[dst], r[src]);
                case Op.SDIV -> r[dst] = Arithmetic.divideSigned(r[dst], r[src]);
                case Op.OR -> r[dst] |= r[src];
                case Op.AND -> r[dst] &= r[src];
                case Op.LSH -> r[dst] <<= r[src];
                case Op.RSH -> r[dst] >>>= r[src];
                case Op.MOD -> r[dst] = Arithmetic.modulo(r[dst], r[src]);
                case Op.SMOD -> r[dst] = Arithmetic.moduloSigned(r[dst], r[src]);
                case Op.XOR -> r[dst] ^= r[src];
                case Op.MOV -> r[dst] = r[src];
                case Op.ARSH -> r[dst] >>= r[src];
                case Op.ADD_32 -> r[dst] = (r[dst] + r[src]) & LOW_32;
                case Op.SUB_32 -> r[dst] = (r[dst] - r[src]) & LOW_32;
                case Op.MUL_32 -> r[dst] = (r[dst] * r[src]) & LOW_32;
                case Op.DIV_32 -> r[dst] = Arithmetic.divide(r[dst] & LOW_32, r[src] & LOW_32);
                case Op.SDIV_32 -> r[dst] = Arithmetic.divideSigned((int) r[dst], (int) r[src]) & LOW_32;
                case Op.OR_32 -> r[dst] = (r[dst] | r[src]) & LOW_32;
                case Op.AND_32 -> r[dst] = r[dst] & r[src] & LOW_32;
                case Op.LSH_32 -> r[dst] = ((int) r[dst] << r[src]) & LOW_32;
                case Op.RSH_32 -> r[dst] = ((int) r[dst] >>> r[src]) & LOW_32;
                case Op.MOD_32 -> r[dst] = Arithmetic.modulo(r[dst] & LOW_32, r[src] & LOW_32);
                case Op.SMOD_32 -> r[dst] = Arithmetic.moduloSigned((int) r[dst], (int) r[src]) & LOW_32;
                case Op.XOR_32 -> r[dst] = (r[dst] ^ r[src]) & LOW_32;
                case Op.MOV_32 -> r[dst] = r[src] & LOW_32;
                case Op.ARSH_32 -> r[dst] = ((int) r[dst] >> r[src]) & LOW_32;
                case Op.NEGATE -> r[dst] = -r[dst];
                case Op.NEGATE_32 -> r[dst] = -r[dst] & LOW_32;
                case Op.EXTEND_8 -> r[dst] = (byte) r[src];
                case Op.EXTEND_16 -> r[dst] = (short) r[src];
                case Op.EXTEND_32 -> r[dst] = (int) r[src];
                case Op.EXTEND_8_TO_32 -> r[dst] = (byte) r[src] & LOW_32;
                case Op.EXTEND_16_TO_32 -> r[dst] = (short) r[src] & LOW_32;
                case Op.TRUNCATE_16 -> r[dst] = r[src] & 0xffff;
                case Op.SWAP_16 -> r[dst] = Short.toUnsignedLong(Short.reverseBytes((short) r[src]));
                case Op.SWAP_32 -> r[dst] = Integer.toUnsignedLong(Integer.reverseBytes((int) r[src]));
                case Op.SWAP_64 -> r[dst] = Long.reverseBytes(r[src]);
                case Op.MOV_WIDE -> {
                    r[dst] = r[src];
                    pc++;
                }
                case Op.JUMP -> pc = arg;
                case Op.JUMP_EQUAL -> pc = r[dst] == r[src] ? arg : pc;
                case Op.JUMP_NOT_EQUAL -> pc = r[dst] != r[src] ? arg : pc;
                case Op.JUMP_BITS_SET -> pc = (r[dst] & r[src]) != 0 ? arg : pc;
                case Op.JUMP_GREATER -> pc = Long.compareUnsigned(r[dst], r[src]) > 0 ? arg : pc;
                case Op.JUMP_GREATER_OR_EQUAL -> pc = Long.compareUnsigned(r[dst], r[src]) >= 0 ? arg : pc;
                case Op.JUMP_LESS -> pc = Long.compareUnsigned(r[dst], r[src]) < 0 ? arg : pc;
                case Op.JUMP_LESS_OR_EQUAL -> pc = Long.compareUnsigned(r[dst], r[src]) <= 0 ? arg : pc;
                case Op.JUMP_SIGNED_GREATER -> pc = r[dst] > r[src] ? arg : pc;
                case Op.JUMP_SIGNED_GREATER_OR_EQUAL -> pc = r[dst] >= r[src] ? arg : pc;
                case Op.JUMP_SIGNED_LESS -> pc = r[dst] < r[src] ? arg : pc;
                case Op.JUMP_SIGNED_LESS_OR_EQUAL -> pc = r[dst] <= r[src] ? arg : pc;
                case Op.JUMP_EQUAL_32 -> pc = (int) r[dst] == (int) r[src] ? arg : pc;
                case Op.JUMP_NOT_EQUAL_32 -> pc = (int) r[dst] != (int) r[src] ? arg : pc;
                case Op.JUMP_BITS_SET_32 -> pc = (int) (r[dst] & r[src]) != 0 ? arg : pc;
                case Op.JUMP_GREATER_32 -> pc = (r[dst] & LOW_32) > (r[src] & LOW_32) ? arg : pc;
                case Op.JUMP_GREATER_OR_EQUAL_32 -> pc = (r[dst] & LOW_32) >= (r[src] & LOW_32) ? arg : pc;
                case Op.JUMP_LESS_32 -> pc = (r[dst] & LOW_32) < (r[src] & LOW_32) ? arg : pc;
                case Op.JUMP_LESS_OR_EQUAL_32 -> pc = (r[dst] & LOW_32) <= (r[src] & LOW_32) ? arg : pc;
                case Op.JUMP_SIGNED_GREATER_32 -> pc = (int) r[dst] > (int) r[src] ? arg : pc;
                case Op.JUMP_SIGNED_GREATER_OR_EQUAL_32 -> pc = (int) r[dst] >= (int) r[src] ? arg : pc;
                case Op.JUMP_SIGNED_LESS_32 -> pc = (int) r[dst] < (int) r[src] ? arg : pc;
                case Op.JUMP_SIGNED_LESS_OR_EQUAL_32 -> pc = (int) r[dst] <= (int) r[src] ? arg : pc;
                case Op.LOAD_8 -> r[dst] = MEMORY.get(BYTE, x.readable(r[src] + arg, 1, pc)) & 0xff;
                case Op.LOAD_16 -> r[dst] = MEMORY.get(SHORT, x.readable(r[src] + arg, 2, pc)) & 0xffff;
                case Op.LOAD_32 -> r[dst] = MEMORY.get(INT, x.readable(r[src] + arg, 4, pc)) & LOW_32;
                case Op.LOAD_64 -> r[dst] = MEMORY.get(LONG, x.readable(r[src] + arg, 8, pc));
                case Op.LOAD_PACKET_ADDRESS -> r[dst] = MEMORY.get(LONG, x.packetAddress(r[src] + arg, pc));
                case Op.LOAD_SIGNED_8 -> r[dst] = MEMORY.get(BYTE, x.readable(r[src] + arg, 1, pc));
                case Op.LOAD_SIGNED_16 -> r[dst] = MEMORY.get(SHORT, x.readable(r[src] + arg, 2, pc));
                case Op.LOAD_SIGNED_32 -> r[dst] = MEMORY.get(INT, x.readable(r[src] + arg, 4, pc));
                case Op.STORE_8 -> MEMORY.set(BYTE, x.writable(r[dst] + arg, 1, pc), (byte) r[src]);
                case Op.STORE_16 -> MEMORY.set(SHORT, x.writable(r[dst] + arg, 2, pc), (short) r[src]);
                case Op.STORE_32 -> MEMORY.set(INT, x.writable(r[dst] + arg, 4, pc), (int) r[src]);
                case Op.STORE_64 -> MEMORY.set(LONG, x.writable(r[dst] + arg, 8, pc), r[src]);
                case Op.ORDERED -> OrderedAccess.perform(code.image().code().at(pc - 1), x, r, pc);
                case Op.LOAD_PACKET -> {
                    if (!PacketAccess.load(code.image().code().at(pc - 1), x, r)) {
                        x.calls().endProgram();
                        return x.finish(0, fuel);
                    }
                }
                case Op.CALL -> {
                    x.pushFrame(code, pc);
                    pc = arg;
                }
                case Op.CALL_HELPER, Op.CALL_REGISTER -> {
                    boolean fixed = Predecoder.op(word) == Op.CALL_HELPER;
                    long number = fixed ? arg : r[dst];
                    fuel = call(fixed ? code.functions[src] : code.function(number), number, x, pc, fuel);
                    if (x.calls().programEnded()) {
                        return x.finish(r[0], fuel);
                    }
                    InterpreterCode next = x.calls().takeTailCall();
                    if (next != null) {
                        code = next;
                        words = code.words;
                        r = x.replaceBy(code);
                        pc = 0;
                    }
                }
                case Op.EXIT -> {
                    if (x.calls().isReturn()) {
                        return x.finish(r[0], fuel);
                    }
                    pc = x.popFrame();
                    code = x.code(); // not the same if a tail call replaced the program in between
                    words = code.words;
                    r = x.registers();
                }
                case Op.MAY_GOTO -> pc = x.mayIterate() ? pc : arg;
                default -> throw x.fault(FaultKind.NO_EXIT, pc, "the run passed the last instruction");
            }
        }
    }

    private static int call(@Nullable HostFunction function, long number, Execution x, int pc, int fuel) {
        if (function == null) {
            throw x.unknownFunction(number, pc);
        }
        return x.callsHost().call(function, pc, fuel);
    }
}
