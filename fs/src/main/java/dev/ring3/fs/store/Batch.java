package dev.ring3.fs.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Changes that take effect together, in the order in which they were added: of two changes to one key the later wins.
 * For one thread, and for one {@link OrderedStore#write}.
 */
public final class Batch {
    /** One change. */
    public sealed interface Change {}

    /** A key takes a value. */
    @SuppressWarnings("ArrayRecordComponent") // handed through; nobody compares changes
    public record Put(byte[] key, byte[] value) implements Change {}

    /** A key goes, if it is there. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Delete(byte[] key) implements Change {}

    /** All keys from {@code from} (included) to {@code to} (excluded) go. Costly to readers in numbers: for 1,000 keys up. */
    @SuppressWarnings("ArrayRecordComponent")
    public record DeleteRange(byte[] from, byte[] to) implements Change {}

    private final List<Change> changes = new ArrayList<>();
    private long bytes;
    private boolean mayUseReserve;

    /** An empty one. */
    public Batch() {}

    /** Adds a change. */
    public Batch put(byte[] key, byte[] value) {
        requireKey(key);
        if (value.length > OrderedStore.VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("a value of " + value.length + " bytes");
        }
        bytes += key.length + value.length;
        changes.add(new Put(key, value));
        return this;
    }

    /** Adds a change. */
    public Batch delete(byte[] key) {
        requireKey(key);
        bytes += key.length;
        changes.add(new Delete(key));
        return this;
    }

    /** Adds a change. */
    public Batch deleteRange(byte[] from, byte[] to) {
        requireKey(from);
        requireKey(to);
        bytes += from.length + to.length;
        changes.add(new DeleteRange(from, to));
        return this;
    }

    /**
     * Lets this batch take from the space that an engine keeps back: for what gives space back, such as deletes, and for
     * a clean stop.
     */
    public Batch fromReserve() {
        mayUseReserve = true;
        return this;
    }

    /** Whether {@link #fromReserve} was called. */
    public boolean mayUseReserve() {
        return mayUseReserve;
    }

    /** The changes, in order. */
    public List<Change> changes() {
        return Collections.unmodifiableList(changes);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Keys and values together, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** For engines: each transaction changes something. */
    public void requireContent() {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("an empty batch");
        }
    }

    private static void requireKey(byte[] key) {
        if (key.length == 0 || key.length > OrderedStore.KEY_BYTES_MAX) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
    }
}
