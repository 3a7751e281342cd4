package dev.ring3.bpf.kernel;

import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the kernel's helpers demand and give, by the kernel's numbers ({@code include/uapi/linux/bpf.h}). The contracts
 * say what its verifier holds calls against ({@code struct bpf_func_proto}): so most results are any number, however
 * few of them occur.
 *
 * <p>Which helpers a program may call depends on its type; see {@link KernelProgramTypes}. A few helpers take something
 * else in some types; those types have their own contracts for them.
 */
public final class KernelHelpers {
    /** The number of the last helper: the kernel adds no more of them. */
    public static final int LAST = 211;

    /** More processors than any kernel is built for: {@code bpf_get_smp_processor_id} is less. */
    public static final int PROCESSORS_MAX = 8192;

    private static final HelperTable TABLE = new HelperTable();
    private static final Map<String, Integer> NUMBERS = new HashMap<>(); // not changed after initialisation

    static {
        MapHelpers.addTo(TABLE);
        HostHelpers.addTo(TABLE);
        TracingHelpers.addTo(TABLE);
        PacketHelpers.addTo(TABLE);
        SocketHelpers.addTo(TABLE);
        UnreachableHelpers.addTo(TABLE);
        for (int number = 1; number <= LAST; number++) {
            NUMBERS.put(contract(number).name(), number);
        }
    }

    private KernelHelpers() {}

    /**
     * What calls of a helper are held against.
     *
     * @param number from 1 to {@link #LAST}
     * @throws IllegalArgumentException if there is no such helper
     */
    public static FunctionContract contract(int number) {
        FunctionContract contract = number >= 1 && number <= LAST ? TABLE.get(number) : null;
        if (contract == null) {
            throw new IllegalArgumentException("helper %d: there are 1 to %d".formatted(number, LAST));
        }
        return contract;
    }

    /**
     * What calls of a helper are held against where the host asks no program for its licence.
     *
     * @param number from 1 to {@link #LAST}
     * @throws IllegalArgumentException if there is no such helper
     */
    public static FunctionContract contractForAnyLicence(int number) {
        FunctionContract contract = contract(number);
        Set<Effect> effects = contract.effects().stream()
                .filter(effect -> effect != Effect.GPL_ONLY)
                .collect(Collectors.toUnmodifiableSet());
        return new FunctionContract(
                contract.name(), contract.arguments(), contract.result(), effects, contract.mapTypes());
    }

    /** The number of a helper by its name in C, such as {@code bpf_map_lookup_elem}. */
    public static OptionalInt number(String name) {
        Integer number = NUMBERS.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
