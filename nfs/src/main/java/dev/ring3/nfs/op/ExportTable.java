package dev.ring3.nfs.op;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.state.NfsState;
import dev.ring3.nfs.state.Retraction;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The exports as of now. A COMPOUND keeps those that it began with; after it, and after every change, what clients hold is
 * looked at again, so that nothing is held under exports that are gone, whichever of the two ended first.
 */
public final class ExportTable {
    private final NfsState state;
    private volatile Exports present; // written under this object's monitor

    /** A table that begins with these. */
    public ExportTable(NfsState state, Exports first) {
        this.state = state;
        this.present = first;
    }

    Exports present() {
        return present;
    }

    /** As they were given. */
    public List<Export> all() {
        return present.all();
    }

    /**
     * Others take their place, at once and for every call that begins from now on.
     *
     * @throws IllegalArgumentException as the constructor of {@link Exports}; then nothing changed
     */
    public synchronized void replace(List<Export> others) {
        Exports before = present;
        present = new Exports(state.vfs(), others, before);
        retract(before);
    }

    /** Takes from clients what they hold under these exports, and may not under those of now. */
    void retract(Exports before) {
        Exports now = present;
        Map<InetAddress, Map<SubvolumeId, Retraction.Verdict>> known = new HashMap<>();
        state.retract((node, client) -> known.computeIfAbsent(client, _ -> new HashMap<>())
                .computeIfAbsent(node.subvolume(), subvolume -> now.verdict(before, subvolume, client)));
    }
}
