package dev.ring3.bpf.verifier;

import java.util.Locale;

/** The rules that a program can break. Their names are stable: tools may rely on them. */
public enum Rule {
    /** Every instruction can be reached. */
    UNREACHABLE_CODE,
    /** Every path ends with an exit, inside its function. */
    FALLS_OFF,
    /** Every loop ends. */
    INFINITE_LOOP,
    /** Verification itself stays within its limits. */
    TOO_COMPLEX,
    /** At most 8 functions are active. */
    CALL_DEPTH,
    /** No function calls itself. */
    RECURSION,
    /** Stack: 512 bytes for one function, and for a chain of calls together. */
    STACK_SIZE,
    /** A register is written before it is read. */
    UNINITIALIZED_REGISTER,
    /** A byte of the stack is written before it is read. */
    UNINITIALIZED_STACK,
    /** Accesses stay inside what the pointer points to. */
    OUT_OF_BOUNDS,
    /** A pointer that may be null is compared with null before it is used. */
    POSSIBLY_NULL,
    /** Only pointers are dereferenced, and only those that point to memory. */
    NOT_A_POINTER,
    /** Accesses are aligned where the memory demands it. */
    MISALIGNED,
    /** Memory that may only be read is not written. */
    READ_ONLY,
    /** Structures are read and written by their fields. */
    FIELD,
    /** Arithmetic on pointers keeps to what can be proved. */
    POINTER_ARITHMETIC,
    /** Pointers do not become numbers that others can see. */
    POINTER_LEAK,
    /** The function that is called exists and is allowed here. */
    FORBIDDEN_FUNCTION,
    /** Functions that the type has for programs under the GNU General Public License alone are called by those. */
    LICENSE,
    /** Arguments are what the function demands. */
    ARGUMENT,
    /** Resources are given back. */
    RESOURCE_LEAK,
    /** Spin locks are held once, for a short time, and given back. */
    LOCK,
    /** Iterators are made, used and destroyed in order. */
    ITERATOR,
    /** The result lies in the range of the program's type. */
    RESULT,
    /** What the host lacks is not used. */
    UNAVAILABLE,
    /** Features that are not supported, by name. */
    UNSUPPORTED;

    /** The name in lower case with hyphens, as in {@code --json}: {@code out-of-bounds}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
