import org.jspecify.annotations.NullMarked;

/**
 * A complete BPF runtime: instruction set, assembler, object files, interpreter. Depends on {@code java.base} alone at
 * run time.
 */
@NullMarked
module dev.ring3.bpf {
    requires static jdk.jfr; // CompilerWatch, where the host has it
    requires static org.jspecify;

    exports dev.ring3.bpf.asm;
    exports dev.ring3.bpf.btf;
    exports dev.ring3.bpf.hook;
    exports dev.ring3.bpf.insn;
    exports dev.ring3.bpf.kernel;
    exports dev.ring3.bpf.object;
    exports dev.ring3.bpf.type;
    exports dev.ring3.bpf.verifier;
    exports dev.ring3.bpf;
}
