package dev.ring3.it.object;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;

/** Loads objects whose programs break rules, or need more instructions than the verifier looks at: they run checked. */
final class Unverified {
    private Unverified() {}

    static BpfObject load(BpfObjectFile file, ProgramType type, LinkOptions host) {
        BpfRuntime runtime = BpfRuntime.builder().verification(Verification.OFF).build();
        return runtime.load(file, type, host); // what the runtime holds is closed with the object
    }
}
