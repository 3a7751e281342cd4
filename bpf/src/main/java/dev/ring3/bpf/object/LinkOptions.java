package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a host brings to linking. Immutable; every {@code with...} gives another.
 *
 * <p>{@link #none} knows no types, so that CO-RE relocations of programs that are linked are an error; takes every
 * function that an object cannot do without to exist, so that the runtime names a missing one when it binds them; and
 * has no variables and no configuration.
 */
public final class LinkOptions {
    private static final LinkOptions NONE =
            new LinkOptions(Optional.empty(), Optional.empty(), Map.of(), Map.of(), _ -> true);

    private final Optional<Btf> target;
    private final Optional<Set<String>> functions;
    private final Map<String, Long> variables;
    private final Map<String, ConfigValue> config;
    private final Predicate<String> programs;

    private LinkOptions(
            Optional<Btf> target,
            Optional<Set<String>> functions,
            Map<String, Long> variables,
            Map<String, ConfigValue> config,
            Predicate<String> programs) {
        this.target = target;
        this.functions = functions;
        this.variables = Map.copyOf(variables);
        this.config = Map.copyOf(config);
        this.programs = programs;
    }

    /** Nothing. */
    public static LinkOptions none() {
        return NONE;
    }

    /** The host's types, for CO-RE relocations. */
    public LinkOptions withTarget(Btf types) {
        return new LinkOptions(Optional.of(types), functions, variables, config, programs);
    }

    /** All functions of the host: another one is then an error, or absent if the object can do without it. */
    public LinkOptions withFunctions(Set<String> names) {
        return new LinkOptions(target, Optional.of(Set.copyOf(names)), variables, config, programs);
    }

    /** These options with all functions of the host, if they do not have them yet. */
    public LinkOptions withFunctionsByDefault(Set<String> names) {
        return functions.isPresent() ? this : withFunctions(names);
    }

    /** The address of a variable of the host. */
    public LinkOptions withVariable(String name, long address) {
        Map<String, Long> more = new HashMap<>(variables);
        more.put(name, address);
        return new LinkOptions(target, functions, more, config, programs);
    }

    /** A value of the host's configuration. */
    public LinkOptions withConfig(String name, ConfigValue value) {
        Map<String, ConfigValue> more = new HashMap<>(config);
        more.put(name, value);
        return new LinkOptions(target, functions, variables, more, programs);
    }

    /** Which programs to link; all, if this is not called. */
    public LinkOptions withPrograms(Predicate<String> names) {
        return new LinkOptions(target, functions, variables, config, names);
    }

    Optional<Btf> target() {
        return target;
    }

    /** Whether the host is known to have a function; a host that has not said which it has, has all but weak ones. */
    boolean hasFunction(String name, boolean weak) {
        return functions.map(names -> names.contains(name)).orElse(!weak);
    }

    OptionalLong variable(String name) {
        Long address = variables.get(name);
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    Optional<ConfigValue> config(String name) {
        return Optional.ofNullable(config.get(name));
    }

    boolean wants(String program) {
        return programs.test(program);
    }
}
