package dev.ring3.bpf;

/**
 * What a program is for: which functions it may call, and what it is called with. Programs get the address of the
 * invocation's memory in {@code r1} and its length in {@code r2}; packet instructions read the same memory.
 *
 * @param name the name, for messages
 * @param functions the functions that programs of this type may call
 */
public record ProgramType(String name, HostFunctions functions) {
    /** This type with one more function that programs find by name. */
    public ProgramType with(String functionName, HostFunction function) {
        return new ProgramType(name, functions.with(functionName, function));
    }

    /** This type with other functions. */
    public ProgramType withFunctions(HostFunctions others) {
        return new ProgramType(name, others);
    }
}
