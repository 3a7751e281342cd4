import org.jspecify.annotations.NullMarked;

/** Measures Ring3 beside what its users would pick instead. */
@NullMarked
module dev.ring3.bench {
    requires static org.jspecify;
    requires com.dylibso.chicory.compiler;
    requires dev.ring3.bpf;
    requires dev.ring3.fs;
    requires dev.ring3.fuse;
    requires dev.ring3.linux;
    requires dev.ring3.mm;
    requires dev.ring3.nfs;
    requires java.management;
    requires org.snakeyaml.engine;

    exports dev.ring3.bench.baseline;
    exports dev.ring3.bench.bpf;
    exports dev.ring3.bench.fs;
    exports dev.ring3.bench.io;
    exports dev.ring3.bench.pid;
    exports dev.ring3.bench.report;
    exports dev.ring3.bench.measure;
}
