package dev.ring3.mm.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ring3.mm.FolioOrder;
import dev.ring3.mm.ShrinkControl;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Caches of keys alone, for hit ratios. */
final class SimulatedCaches {
    /** A cache that is told what is wanted, and says whether it had it. */
    @FunctionalInterface
    interface Simulated {
        boolean access(int key);
    }

    private SimulatedCaches() {}

    /** In percent. */
    static double hitRatio(Traces.Trace trace, Simulated cache) {
        return 100.0 * trace.keys().filter(cache::access).count() / trace.length();
    }

    static Simulated lru(int capacity) {
        Map<Integer, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > capacity;
            }
        };
        return key -> {
            boolean hit = entries.get(key) != null;
            entries.put(key, true);
            return hit;
        };
    }

    /** W-TinyLFU. */
    static Simulated caffeine(int capacity) {
        Cache<Integer, Boolean> cache = Caffeine.newBuilder()
                .maximumSize(capacity)
                .initialCapacity(capacity)
                .executor(Runnable::run)
                .build();
        return key -> {
            boolean hit = cache.getIfPresent(key) != null;
            if (!hit) {
                cache.put(key, true);
            }
            return hit;
        };
    }

    /** A ring of slots with a mark each; the hand takes the next one without. */
    static Simulated clock(int capacity, int keyCount) {
        int[] slotOf = new int[keyCount];
        int[] keys = new int[capacity];
        boolean[] marked = new boolean[capacity];
        int[] hand = {0};
        Arrays.fill(slotOf, -1);
        Arrays.fill(keys, -1);
        return key -> {
            if (slotOf[key] >= 0) {
                marked[slotOf[key]] = true;
                return true;
            }
            while (marked[hand[0]]) {
                marked[hand[0]] = false;
                hand[0] = (hand[0] + 1) % capacity;
            }
            int slot = hand[0];
            hand[0] = (slot + 1) % capacity;
            if (keys[slot] >= 0) {
                slotOf[keys[slot]] = -1;
            }
            keys[slot] = key;
            slotOf[key] = slot;
            return false;
        };
    }

    /** Whatever a policy of the page cache makes of it. */
    static Simulated of(CachePolicy policy, int capacity, int keyCount) {
        return new Frames(policy, capacity, keyCount)::access;
    }

    /** As the page cache does it, without the pages. */
    private static final class Frames {
        private final CachePolicy policy;
        private final int[] frameOf;
        private final int[] keyOf;
        private final byte[] marks;
        private final int[] proposals = new int[1];
        private int used;

        private Frames(CachePolicy policy, int capacity, int keyCount) {
            this.policy = policy;
            this.frameOf = new int[keyCount];
            this.keyOf = new int[capacity];
            this.marks = new byte[capacity];
            Arrays.fill(frameOf, -1);
            policy.init(capacity, frame -> {
                int seen = marks[frame];
                marks[frame] = 0;
                return seen;
            });
        }

        private boolean access(int key) {
            int frame = frameOf[key];
            if (frame >= 0) {
                marks[frame] = (byte) Math.min(marks[frame] + 1, CachePolicy.Visits.VISITS_MAX);
                return true;
            }
            frame = used < keyOf.length ? used++ : evict();
            frameOf[key] = frame;
            keyOf[frame] = key;
            marks[frame] = 0;
            policy.added(context(frame));
            return false;
        }

        private int evict() {
            EvictionRequest request = new EvictionRequest(1, ShrinkControl.Trigger.DIRECT, true, true);
            if (policy.evict(request, proposals) != 1) {
                throw new AssertionError("nothing was proposed");
            }
            int frame = proposals[0];
            policy.removed(context(frame), RemovalReason.RECLAIM);
            frameOf[keyOf[frame]] = -1;
            return frame;
        }

        private FolioContext context(int frame) {
            return new FolioContext(frame, 1, FileTag.NONE, keyOf[frame], FolioOrder.PAGE, false, false);
        }
    }
}
