package dev.ring3.fs.extent;

import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which inodes have data in their records, as the store has them marked. Thread-safe. */
final class SmallDataIndex {
    private final Set<SmallData> marked = ConcurrentHashMap.newKeySet();

    SmallDataIndex(OrderedStore store) {
        try (Cursor cursor = store.scan(DataKeys.first('s'), DataKeys.end('s'))) {
            while (cursor.next()) {
                marked.add(DataKeys.small(cursor.key()));
            }
        }
    }

    Set<SmallData> all() {
        return Set.copyOf(marked);
    }

    boolean has(SmallData each) {
        return marked.contains(each);
    }

    /** The marks in the store are so now. */
    void changed(Collection<SmallData> added, Collection<SmallData> removed) {
        marked.addAll(added);
        marked.removeAll(removed);
    }
}
