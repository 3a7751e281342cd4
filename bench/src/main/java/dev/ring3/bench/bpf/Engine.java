package dev.ring3.bench.bpf;

import java.util.List;
import java.util.Locale;

/** What runs programs, other than the peers that a command line names. */
enum Engine {
    INTERPRETER("Ring3 interpreter"),
    JIT("Ring3 JIT, verified"),
    JIT_CHECKED("Ring3 JIT, checked"),
    KERNEL("Linux JIT"),
    CHICORY("Chicory (WebAssembly)");

    private final String title;

    Engine(String title) {
        this.title = title;
    }

    /** The name in reports for machines and on command lines: {@code jit-checked}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name for people. */
    String title() {
        return title;
    }

    static List<String> ids() {
        return java.util.Arrays.stream(values()).map(Engine::id).toList();
    }

    static Engine of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
