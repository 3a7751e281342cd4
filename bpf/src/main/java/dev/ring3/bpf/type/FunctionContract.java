package dev.ring3.bpf.type;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a function of the host demands of its callers, and what it gives them. The verifier holds every call against it.
 *
 * @param name as in C
 * @param arguments at most five; further registers are not looked at
 * @param effects what else the call does
 * @param mapTypes the kinds of maps it works on, by the kernel's numbers ({@code BPF_MAP_TYPE_*}); empty for any
 */
public record FunctionContract(
        String name, List<Argument> arguments, Result result, Set<Effect> effects, Set<Integer> mapTypes) {
    /** The most arguments that a call passes. */
    public static final int ARGUMENTS_MAX = 5;

    /** What a call may do besides returning something. */
    public enum Effect {
        /** Addresses in the packet that the program has lose their meaning. */
        MOVES_PACKET,
        /** Continues with another program and does not come back if it succeeds ({@code bpf_tail_call}). */
        TAIL_CALL,
        /** Calls its callback any number of times, with (index, context): {@code bpf_loop}. */
        CALLS_LOOP_BODY,
        /** Calls its callback any number of times, with (any number, context); whatever that returns is a number to it. */
        CALLS_FOR_EACH_NUMBER,
        /** Calls its callback for map elements, with (map, key, value, context): {@code bpf_for_each_map_elem}. */
        CALLS_FOR_EACH_ELEMENT,
        /** Registers its callback to be called later, with (map, key, value): {@code bpf_timer_set_callback}. */
        CALLS_TIMER,
        /** Calls its callback at most once, with (object, virtual memory area, context): {@code bpf_find_vma}. */
        CALLS_ONCE,
        /** Takes the spin lock that is its argument. */
        LOCKS,
        /** Gives the spin lock back that is its argument. */
        UNLOCKS,
        /** Returns a negative errno or at most the length that is its first size argument ({@code bpf_probe_read_str}). */
        RETURNS_AT_MOST_SIZE,
        /**
         * Returns its first argument under another type, or null: the same resource, if it is one, which a release of
         * either gives back ({@code bpf_tcp_sock}).
         */
        CASTS,
        /** What it reads of memory may lie in the packet [pkt_access]; without this, only in what programs own. */
        PACKET_MEMORY,
        /** May be called while a spin lock is held. */
        ALLOWED_UNDER_LOCK,
        /** Ends the program; what the caller still holds is lost. */
        ENDS_PROGRAM,
        /** For programs under the GNU General Public License alone. */
        GPL_ONLY,
        /** Looks into the map, so that programs must be allowed to read it. */
        READS_MAP,
        /** Changes the map, so that programs must be allowed to write it. */
        WRITES_MAP
    }

    public FunctionContract {
        if (arguments.size() > ARGUMENTS_MAX) {
            throw new IllegalArgumentException("function %s: %d arguments".formatted(name, arguments.size()));
        }
        arguments = List.copyOf(arguments);
        effects = Set.copyOf(effects);
        mapTypes = Set.copyOf(mapTypes);
    }

    /** A function without further effects, for any map. */
    public static FunctionContract of(String name, Result result, Argument... arguments) {
        return new FunctionContract(name, Arrays.asList(arguments), result, Set.of(), Set.of());
    }

    /** A function whose arguments have no other properties than their kinds. */
    public static FunctionContract of(String name, Result result, Argument.Kind first, Argument.Kind... others) {
        return new FunctionContract(
                name,
                Stream.concat(Stream.of(first), Arrays.stream(others))
                        .map(Argument::of)
                        .toList(),
                result,
                Set.of(),
                Set.of());
    }

    /** This function with further effects. */
    public FunctionContract with(Effect first, Effect... others) {
        EnumSet<Effect> all = EnumSet.of(first, others);
        all.addAll(effects);
        return new FunctionContract(name, arguments, result, all, mapTypes);
    }

    /** This function, for maps of some types alone. */
    public FunctionContract onMaps(Integer... types) {
        return new FunctionContract(name, arguments, result, effects, Set.of(types));
    }

    /** Whether the call has an effect. */
    public boolean has(Effect effect) {
        return effects.contains(effect);
    }
}
