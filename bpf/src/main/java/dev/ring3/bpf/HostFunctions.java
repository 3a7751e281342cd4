package dev.ring3.bpf;

import dev.ring3.bpf.type.FunctionContract;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The functions that programs of a type may call, by number as the kernel's helpers are, and by name as an object
 * file's {@code extern} functions are. Immutable; {@link #with} makes a larger table.
 *
 * <p>A function with a {@link FunctionContract} can be called by verified programs; one without can be called only by
 * programs that run with every access checked. A contract without a function describes what another host has.
 */
public final class HostFunctions {
    /** Functions that are known by name alone get numbers from here on, above all of the kernel's. */
    public static final int FIRST_NAMED = 1 << 20;

    /** No function at all. */
    public static final HostFunctions NONE = new HostFunctions(Map.of());

    private record Entry(
            String name,
            @Nullable FunctionContract contract,
            @Nullable HostFunction function) {}

    private final Map<Integer, Entry> byNumber;
    private final Map<String, Integer> numberByName = new HashMap<>(); // not changed after construction

    private HostFunctions(Map<Integer, Entry> byNumber) {
        this.byNumber = Map.copyOf(byNumber);
        byNumber.forEach((number, entry) -> numberByName.put(entry.name(), number));
    }

    /**
     * This table and one more function.
     *
     * @param number its number, 0 or more; one that is taken is replaced
     * @param name its name, for messages and for {@code extern} declarations
     */
    public HostFunctions with(int number, String name, HostFunction function) {
        return with(number, new Entry(name, null, function));
    }

    /** This table and one more function that programs find by name. */
    public HostFunctions with(String name, HostFunction function) {
        return with(numberFor(name), name, function);
    }

    /** This table and one more function, to which calls are verified. */
    public HostFunctions with(int number, FunctionContract contract, HostFunction function) {
        return with(number, new Entry(contract.name(), contract, function));
    }

    /** This table and one more function that programs find by name, to which calls are verified. */
    public HostFunctions with(FunctionContract contract, HostFunction function) {
        return with(numberFor(contract.name()), contract, function);
    }

    /** This table and the description of one more function, which this host does not have. */
    public HostFunctions declare(int number, FunctionContract contract) {
        return with(number, new Entry(contract.name(), contract, null));
    }

    /** This table and the description of one more function that programs find by name. */
    public HostFunctions declare(FunctionContract contract) {
        return declare(numberFor(contract.name()), contract);
    }

    /** This table and everything in another, whose functions win. */
    public HostFunctions withAll(HostFunctions others) {
        Map<Integer, Entry> entries = new HashMap<>(byNumber);
        others.byNumber.forEach((number, entry) -> put(entries, number, entry));
        return new HostFunctions(entries);
    }

    private HostFunctions with(int number, Entry entry) {
        if (number < 0) {
            throw new IllegalArgumentException("function %s: number %d is negative".formatted(entry.name(), number));
        }
        Map<Integer, Entry> entries = new HashMap<>(byNumber);
        put(entries, number, entry);
        return new HostFunctions(entries);
    }

    /** A name has one number; its last. */
    private static void put(Map<Integer, Entry> entries, int number, Entry entry) {
        entries.values().removeIf(other -> other.name().equals(entry.name()));
        entries.put(number, entry);
    }

    private int numberFor(String name) {
        Integer known = numberByName.get(name);
        if (known != null) {
            return known;
        }
        int number = FIRST_NAMED;
        while (byNumber.containsKey(number)) {
            number++;
        }
        return number;
    }

    /** The function of a number, or null. */
    public @Nullable HostFunction byNumber(long number) {
        Entry entry = number == (int) number ? byNumber.get((int) number) : null;
        return entry == null ? null : entry.function();
    }

    /** What calls of a number are verified against, or null. */
    public @Nullable FunctionContract contract(int number) {
        Entry entry = byNumber.get(number);
        return entry == null ? null : entry.contract();
    }

    /** The name of a number, or null. */
    public @Nullable String name(int number) {
        Entry entry = byNumber.get(number);
        return entry == null ? null : entry.name();
    }

    /** The number of a name. */
    public OptionalInt number(String name) {
        Integer number = numberByName.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** All names. */
    public Set<String> names() {
        return Collections.unmodifiableSet(numberByName.keySet());
    }

    /** All numbers. */
    public Set<Integer> numbers() {
        return byNumber.keySet();
    }
}
