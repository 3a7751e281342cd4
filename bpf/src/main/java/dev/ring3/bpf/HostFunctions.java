package dev.ring3.bpf;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The functions that programs of a type may call, by number as the kernel's helpers are, and by name as an object
 * file's {@code extern} functions are. Immutable; {@link #with} makes a larger table.
 */
public final class HostFunctions {
    /** Functions that are known by name alone get numbers from here on, above all of the kernel's. */
    public static final int FIRST_NAMED = 1 << 20;

    /** No function at all. */
    public static final HostFunctions NONE = new HostFunctions(Map.of(), Map.of());

    private final Map<Integer, HostFunction> byNumber;
    private final Map<String, Integer> numberByName;

    private HostFunctions(Map<Integer, HostFunction> byNumber, Map<String, Integer> numberByName) {
        this.byNumber = Map.copyOf(byNumber);
        this.numberByName = Map.copyOf(numberByName);
    }

    /**
     * This table and one more function.
     *
     * @param number its number, 0 or more; one that is taken is replaced
     * @param name its name, for messages and for {@code extern} declarations
     */
    public HostFunctions with(int number, String name, HostFunction function) {
        if (number < 0) {
            throw new IllegalArgumentException("function %s: number %d is negative".formatted(name, number));
        }
        Map<Integer, HostFunction> functions = new HashMap<>(byNumber);
        Map<String, Integer> numbers = new HashMap<>(numberByName);
        functions.put(number, function);
        numbers.values().remove(number);
        numbers.put(name, number);
        return new HostFunctions(functions, numbers);
    }

    /** This table and one more function that programs find by name. */
    public HostFunctions with(String name, HostFunction function) {
        Integer number = numberByName.get(name);
        if (number == null) {
            number = FIRST_NAMED;
            while (byNumber.containsKey(number)) {
                number++;
            }
        }
        return with(number, name, function);
    }

    /** The function of a number, or null. */
    public @Nullable HostFunction byNumber(long number) {
        return number == (int) number ? byNumber.get((int) number) : null;
    }

    /** The number of a name. */
    public OptionalInt number(String name) {
        Integer number = numberByName.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
