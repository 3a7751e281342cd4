import org.jspecify.annotations.NullMarked;

/** Verified BPF programs in the I/O path of a volume: attached, run, counted, kept over restarts. */
@NullMarked
module dev.ring3.hooks {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires transitive dev.ring3.bpf;
    requires dev.ring3.linux;
    requires java.management;

    exports dev.ring3.hooks;
}
