package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.insn.BpfCode;

/** A map somewhere, and where programs run that use it. */
interface MapSite {
    /** How the source of a program names the map: {@code map_by_idx(0)}. */
    String reference();

    /** Loads a program. */
    Subject load(BpfCode code);

    /** Sets a value, from outside programs. */
    void put(byte[] key, byte[] value);

    /** One in an engine, with all in it that has to be there before programs are. */
    static MapSite of(MapKind kind, Engine engine) {
        return engine == Engine.KERNEL ? new KernelMapSite(kind) : new Ring3MapSite(kind, engine);
    }
}
