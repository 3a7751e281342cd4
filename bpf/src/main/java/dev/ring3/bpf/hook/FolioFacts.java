package dev.ring3.bpf.hook;

import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.StructType;
import java.util.Map;

/** What {@code ring3_folio_get} tells: {@code struct ring3_folio}. New fields go to the end. */
public final class FolioFacts {
    public static final int SUBVOLUME = 0;
    public static final int INO = 8;
    public static final int OFFSET = 16;
    public static final int LENGTH = 24;
    public static final int FLAGS = 32;
    public static final int FOLIO = 36;
    public static final int LIST = 40;

    /** The whole size. */
    public static final int BYTES = 48;

    private static final ContextFields FIELDS = new ContextFields()
            .add(scalar("subvolume", SUBVOLUME, 8), "the subvolume of the file")
            .add(scalar("ino", INO, 8), "the inode of the file")
            .add(scalar("offset", OFFSET, 8), "where in the file, in bytes")
            .add(scalar("length", LENGTH, 8), "how large it is, in bytes")
            .add(scalar("flags", FLAGS, 4), "RING3_FOLIO_...")
            .add(scalar("folio", FOLIO, 4), "the folio")
            .add(scalar("list", LIST, 8), "the list that it is on, 0 for none");

    /** The structure. */
    public static final StructType TYPE = FIELDS.type("ring3_folio", BYTES);

    private FolioFacts() {}

    /** What each field holds, by name. */
    static Map<String, String> comments() {
        return FIELDS.comments();
    }
}
