package dev.ring3.fs.volume;

import dev.ring3.fs.store.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the items of one kind of an inode as a {@link View} sees them, whiteouts left out. For one thread; must be
 * closed.
 */
final class ViewScan implements AutoCloseable {
    private final View view;
    private final Cursor cursor;
    private boolean standing; // the cursor stands on a key that was not looked at yet
    private @Nullable Item item;
    private @Nullable Version version;

    /** From this position on, as an unsigned number. */
    ViewScan(View view, Kind kind, long ino, long fromPosition) {
        this.view = view;
        this.cursor = view.store()
                .scan(
                        KeyLayout.version(new Item(kind, ino, fromPosition), view.node()),
                        KeyLayout.afterItems(kind, ino));
        this.standing = cursor.next();
    }

    /** Goes to the next item; false if there is none. */
    boolean next() {
        while (standing) {
            Item candidate = KeyLayout.item(cursor.key());
            Version seen = visible(candidate);
            skip(candidate);
            if (seen != null && !seen.isWhiteout()) {
                item = candidate;
                version = seen;
                return true;
            }
        }
        return false;
    }

    Item item() {
        return standingOn(item);
    }

    Version version() {
        return standingOn(version);
    }

    private static <T> T standingOn(@Nullable T what) {
        if (what == null) {
            throw new IllegalStateException("the scan stands on nothing");
        }
        return what;
    }

    /** Leaves the cursor somewhere in or after the item. */
    private @Nullable Version visible(Item candidate) {
        for (int steps = 0; standing && isOf(candidate); steps++) {
            long node = KeyLayout.node(cursor.key());
            if (view.sees(node)) {
                return new Version(node, cursor.value());
            }
            if (steps < View.STEPS_MAX) {
                standing = cursor.next();
            } else {
                long next = view.ancestorAfter(node);
                if (next < 0) {
                    return null;
                }
                standing = cursor.seek(KeyLayout.version(candidate, next));
            }
        }
        return null;
    }

    /** Goes past all versions of an item. */
    private void skip(Item candidate) {
        for (int steps = 0; standing && isOf(candidate); steps++) {
            standing = steps < View.STEPS_MAX ? cursor.next() : cursor.seek(KeyLayout.afterItem(candidate));
        }
    }

    private boolean isOf(Item candidate) {
        return KeyLayout.position(cursor.key()) == candidate.position();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
