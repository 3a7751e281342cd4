import org.jspecify.annotations.NullMarked;

/** The command line: one class per command; nothing else in Ring3 prints. */
@NullMarked
module dev.ring3.cli {
    requires static org.jspecify;
    requires dev.ring3.bench;
    requires dev.ring3.bpf;
    requires dev.ring3.fuse;
    requires dev.ring3.linux;
    requires dev.ring3.litmus;
    requires dev.ring3.server;
    requires info.picocli;

    opens dev.ring3.cli to
            info.picocli;
}
