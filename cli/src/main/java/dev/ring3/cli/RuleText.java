package dev.ring3.cli;

import dev.ring3.bpf.verifier.Rule;

/** The rules of the verifier as sentences. */
final class RuleText {
    private RuleText() {}

    static String of(Rule rule) {
        return switch (rule) {
            case UNREACHABLE_CODE -> "every instruction can be reached";
            case FALLS_OFF -> "every path ends with an exit, inside its function";
            case INFINITE_LOOP -> "every loop ends";
            case TOO_COMPLEX -> "a program can be verified with a bounded amount of work";
            case CALL_DEPTH -> "at most 8 functions are active at a time";
            case RECURSION -> "no function calls itself";
            case STACK_SIZE -> "the stack has 512 bytes, for all active functions together";
            case UNINITIALIZED_REGISTER -> "a register is written before it is read";
            case UNINITIALIZED_STACK -> "a byte of the stack is written before it is read";
            case OUT_OF_BOUNDS -> "an access stays inside what its pointer points to";
            case POSSIBLY_NULL -> "a pointer that may be null is compared with null before it is used";
            case NOT_A_POINTER -> "only pointers to memory are dereferenced";
            case MISALIGNED -> "an access is aligned where the memory demands it";
            case READ_ONLY -> "memory that may only be read is not written";
            case FIELD -> "a structure is read and written by its fields";
            case POINTER_ARITHMETIC -> "arithmetic on a pointer keeps to what can be proved";
            case POINTER_LEAK -> "no address becomes a number that others can see";
            case FORBIDDEN_FUNCTION -> "a function that is called exists and is allowed in programs of this type";
            case ARGUMENT -> "arguments are what the function demands";
            case LICENSE -> "functions for programs under the GPL alone are called by those";
            case RESOURCE_LEAK -> "what was acquired is released on every path";
            case LOCK -> "a spin lock is held once, for a short time, and given back";
            case ITERATOR -> "an iterator is made, used and destroyed in this order";
            case RESULT -> "the result lies in the range that the program's type allows";
            case UNAVAILABLE -> "what the target lacks is not used";
            case UNSUPPORTED -> "programs use only what is supported";
        };
    }
}
