package dev.ring3.bpf;

import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.FunctionContract;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a program is for: what it is called with, which functions it may call, what its result means. Immutable; the
 * {@code with...} methods make others.
 *
 * @param name the name, for messages and commands
 * @param entry what programs find in their registers
 * @param functions the functions that programs of this type may call
 * @param resultMin the smallest result, as a signed number
 * @param resultMax the largest result, as a signed number
 * @param traits what else is special
 */
public record ProgramType(
        String name, Entry entry, HostFunctions functions, long resultMin, long resultMax, Set<Trait> traits) {
    /** What programs of a type may do beyond what all may. */
    public enum Trait {
        /** Pointers may be compared with numbers, stored in maps and returned: the host trusts those who load programs. */
        POINTERS_MAY_LEAK,
        /** The packet instructions of RFC 9669 section 5.5 are there, and read the packet. */
        PACKET_INSTRUCTIONS,
        /** The program may write to the packet. */
        PACKET_WRITABLE
    }

    public ProgramType {
        if (resultMin > resultMax) {
            throw new IllegalArgumentException("type %s: results from %d to %d".formatted(name, resultMin, resultMax));
        }
        traits = Set.copyOf(traits);
    }

    /** A type whose programs return any number. */
    public static ProgramType of(String name, Entry entry, HostFunctions functions) {
        return new ProgramType(name, entry, functions, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
    }

    /** This type with one more function that programs find by name. Programs that call it cannot be verified. */
    public ProgramType with(String functionName, HostFunction function) {
        return withFunctions(functions.with(functionName, function));
    }

    /** This type with one more function that programs find by name, to which calls are verified. */
    public ProgramType with(FunctionContract contract, HostFunction function) {
        return withFunctions(functions.with(contract, function));
    }

    /** This type with other functions. */
    public ProgramType withFunctions(HostFunctions others) {
        return new ProgramType(name, entry, others, resultMin, resultMax, traits);
    }

    /** This type, called with something else. */
    public ProgramType withEntry(Entry other) {
        return new ProgramType(name, other, functions, resultMin, resultMax, traits);
    }

    /** This type, whose results lie in a range. */
    public ProgramType withResult(long min, long max) {
        return new ProgramType(name, entry, functions, min, max, traits);
    }

    /** This type with further traits. */
    public ProgramType with(Trait first, Trait... others) {
        EnumSet<Trait> all = EnumSet.of(first, others);
        all.addAll(traits);
        return new ProgramType(name, entry, functions, resultMin, resultMax, all);
    }

    /** Whether programs of this type may do something that not all may. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }
}
