import org.jspecify.annotations.NullMarked;

/** The BPF memory model, executable: litmus tests, models in the cat language, and all that a model allows. */
@NullMarked
module dev.ring3.litmus {
    requires static org.jspecify;
    requires dev.ring3.linux;
    requires transitive dev.ring3.bpf;

    exports dev.ring3.litmus;
}
