package dev.ring3.bpf.engine;

/**
 * The operations of the interpreter: what is left of the instructions once immediates live in the register file and
 * the byte order of the host is known. Dense, so that the loop is one table switch.
 */
final class Op {
    // 64-bit arithmetic: r[dst] = r[dst] op r[src].
    static final int ADD = 0;
    static final int SUB = 1;
    static final int MUL = 2;
    static final int DIV = 3;
    static final int SDIV = 4;
    static final int OR = 5;
    static final int AND = 6;
    static final int LSH = 7;
    static final int RSH = 8;
    static final int MOD = 9;
    static final int SMOD = 10;
    static final int XOR = 11;
    static final int MOV = 12;
    static final int ARSH = 13;

    /** The 32-bit operations follow the 64-bit ones in the same order. */
    static final int BITS_32 = 14;

    static final int ADD_32 = BITS_32 + ADD;
    static final int SUB_32 = BITS_32 + SUB;
    static final int MUL_32 = BITS_32 + MUL;
    static final int DIV_32 = BITS_32 + DIV;
    static final int SDIV_32 = BITS_32 + SDIV;
    static final int OR_32 = BITS_32 + OR;
    static final int AND_32 = BITS_32 + AND;
    static final int LSH_32 = BITS_32 + LSH;
    static final int RSH_32 = BITS_32 + RSH;
    static final int MOD_32 = BITS_32 + MOD;
    static final int SMOD_32 = BITS_32 + SMOD;
    static final int XOR_32 = BITS_32 + XOR;
    static final int MOV_32 = BITS_32 + MOV;
    static final int ARSH_32 = BITS_32 + ARSH;

    // One operand: r[dst] = op r[src].
    static final int NEGATE = 28;
    static final int NEGATE_32 = 29;
    static final int EXTEND_8 = 30;
    static final int EXTEND_16 = 31;
    static final int EXTEND_32 = 32;
    static final int EXTEND_8_TO_32 = 33;
    static final int EXTEND_16_TO_32 = 34;
    static final int TRUNCATE_16 = 35;
    static final int SWAP_16 = 36;
    static final int SWAP_32 = 37;
    static final int SWAP_64 = 38;

    /** As {@link #MOV}, two slots long: a wide load, its value in the register file. */
    static final int MOV_WIDE = 39;

    // Jumps to the slot in arg.
    static final int JUMP = 40;
    static final int JUMP_EQUAL = 41;
    static final int JUMP_NOT_EQUAL = 42;
    static final int JUMP_BITS_SET = 43;
    static final int JUMP_GREATER = 44;
    static final int JUMP_GREATER_OR_EQUAL = 45;
    static final int JUMP_LESS = 46;
    static final int JUMP_LESS_OR_EQUAL = 47;
    static final int JUMP_SIGNED_GREATER = 48;
    static final int JUMP_SIGNED_GREATER_OR_EQUAL = 49;
    static final int JUMP_SIGNED_LESS = 50;
    static final int JUMP_SIGNED_LESS_OR_EQUAL = 51;
    static final int JUMP_EQUAL_32 = 52;
    static final int JUMP_NOT_EQUAL_32 = 53;
    static final int JUMP_BITS_SET_32 = 54;
    static final int JUMP_GREATER_32 = 55;
    static final int JUMP_GREATER_OR_EQUAL_32 = 56;
    static final int JUMP_LESS_32 = 57;
    static final int JUMP_LESS_OR_EQUAL_32 = 58;
    static final int JUMP_SIGNED_GREATER_32 = 59;
    static final int JUMP_SIGNED_GREATER_OR_EQUAL_32 = 60;
    static final int JUMP_SIGNED_LESS_32 = 61;
    static final int JUMP_SIGNED_LESS_OR_EQUAL_32 = 62;

    // Memory: arg is the offset; loads from r[src], stores to r[dst].
    static final int LOAD_8 = 63;
    static final int LOAD_16 = 64;
    static final int LOAD_32 = 65;
    static final int LOAD_64 = 66;
    static final int LOAD_SIGNED_8 = 67;
    static final int LOAD_SIGNED_16 = 68;
    static final int LOAD_SIGNED_32 = 69;
    static final int STORE_8 = 70;
    static final int STORE_16 = 71;
    static final int STORE_32 = 72;
    static final int STORE_64 = 73;

    /** Atomics, acquire, release: rare and slow anyway, so the instruction itself is looked at. */
    static final int ORDERED = 74;

    /** Packet access: as {@link #ORDERED}. */
    static final int LOAD_PACKET = 75;

    /** Local call of the slot in arg. */
    static final int CALL = 76;

    /** Helper call: src is an index into the program's table, arg the number. */
    static final int CALL_HELPER = 77;

    /** Call of the helper whose number is in r[dst]. */
    static final int CALL_REGISTER = 78;

    static final int EXIT = 79;

    /** To the slot in arg once the frame has used its iterations up. */
    static final int MAY_GOTO = 80;

    /** As {@link #LOAD_64}, of an address of the packet behind the context. */
    static final int LOAD_PACKET_ADDRESS = 81;

    /** Behind the last instruction. */
    static final int END_OF_CODE = 82;

    private Op() {}
}
