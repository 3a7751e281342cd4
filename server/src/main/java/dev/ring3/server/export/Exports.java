package dev.ring3.server.export;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** All ways out. */
public final class Exports {
    private final Mounts mounts;
    private final List<Supplier<List<JsonObject>>> others = new CopyOnWriteArrayList<>();

    public Exports(Mounts mounts) {
        this.mounts = mounts;
    }

    public Mounts mounts() {
        return mounts;
    }

    /**
     * Adds another kind.
     *
     * @param list those of it, with members {@code kind}, {@code address}, {@code readOnly} and {@code how}, the command
     *     that uses it
     */
    public void add(Supplier<List<JsonObject>> list) {
        others.add(list);
    }

    /** Those that are there. */
    public List<JsonObject> list() {
        List<JsonObject> all = new ArrayList<>(mounts.list());
        others.forEach(each -> all.addAll(each.get()));
        return all;
    }
}
