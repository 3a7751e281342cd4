import org.jspecify.annotations.NullMarked;

/** Measures Ring3 beside what its users would pick instead. */
@NullMarked
module dev.ring3.bench {
    requires static org.jspecify;
    requires com.dylibso.chicory.compiler;
    requires dev.ring3.bpf;
    requires dev.ring3.linux;
    requires java.management;

    exports dev.ring3.bench.bpf;
}
