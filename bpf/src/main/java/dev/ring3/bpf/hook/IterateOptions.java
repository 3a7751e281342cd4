package dev.ring3.bpf.hook;

import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.StructType;
import java.util.Map;

/** How {@code ring3_list_iterate} goes along a list: {@code struct ring3_iterate}. It never changes. */
public final class IterateOptions {
    public static final int CONTINUE_LIST = 0;
    public static final int EVICT_LIST = 8;
    public static final int CONTINUE_TO = 16;
    public static final int EVICT_TO = 20;
    public static final int FOLIOS_MAX = 24;

    /** The whole size. */
    public static final int BYTES = 32;

    /** Values of {@link #CONTINUE_TO} and {@link #EVICT_TO}: where in the list a folio goes; the two ends for adding, too. */
    public static final int HEAD = 0;

    public static final int TAIL = 1;
    public static final int STAY = 2;

    /** Results of the callback. */
    public static final int CONTINUE = 0;

    public static final int EVICT = 1;
    public static final int SKIP = 2;
    public static final int STOP = 3;

    private static final ContextFields FIELDS = new ContextFields()
            .add(scalar("continue_list", CONTINUE_LIST, 8), "where folios go that stay; 0 for the list they are on")
            .add(scalar("evict_list", EVICT_LIST, 8), "where folios go that are proposed; 0 for the list they are on")
            .add(scalar("continue_to", CONTINUE_TO, 4), "to which end of that, RING3_HEAD, RING3_TAIL, or RING3_STAY")
            .add(scalar("evict_to", EVICT_TO, 4), "to which end of that, RING3_HEAD, RING3_TAIL, or RING3_STAY")
            .add(scalar("folios_max", FOLIOS_MAX, 4), "how many folios to look at, 0 for all of the list, each once");

    /** The structure. */
    public static final StructType TYPE = FIELDS.type("ring3_iterate", BYTES);

    private IterateOptions() {}

    /** What each field holds, by name. */
    static Map<String, String> comments() {
        return FIELDS.comments();
    }
}
