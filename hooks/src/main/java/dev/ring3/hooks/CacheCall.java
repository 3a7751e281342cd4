package dev.ring3.hooks;

import dev.ring3.bpf.hook.CacheContext;
import dev.ring3.mm.cache.CachePolicy.Visits;
import dev.ring3.mm.cache.FolioContext;
import dev.ring3.mm.cache.Prefetch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One call of a policy's program, for the functions that it calls. By the thread of the call.
 *
 * @param folios what the functions about folios and lists work on; null where calls are not one at a time
 * @param eviction what the program proposes into; null unless it is asked for that
 * @param prefetch takes what it wants to be read ahead; null unless it is asked for that
 */
record CacheCall(
        @Nullable FolioTable folios,
        Visits visits,
        @Nullable Eviction eviction,
        @Nullable Prefetch prefetch) {

    /** What is proposed in one call, which is in its context. */
    static final class Eviction {
        private final FolioTable folios;
        private final long wantedPages;
        private @Nullable MemorySegment context; // of the program, while it runs
        private long proposedPages; // by functions

        Eviction(FolioTable folios, long wantedPages) {
            this.folios = folios;
            this.wantedPages = wantedPages;
        }

        void runsWith(MemorySegment programContext) {
            this.context = programContext;
        }

        boolean wantsMore() {
            return proposedPages < wantedPages && proposed() < CacheContext.FOLIOS_MAX;
        }

        /** Proposes a folio, unless it is proposed already. */
        void propose(int folio) {
            MemorySegment to = context;
            int count = proposed();
            if (to == null || count == CacheContext.FOLIOS_MAX) {
                return;
            }
            for (int i = 0; i < count; i++) {
                if (proposal(i) == folio) {
                    return;
                }
            }
            to.set(ValueLayout.JAVA_INT, CacheContext.FOLIOS + (long) count * Integer.BYTES, folio);
            to.set(ValueLayout.JAVA_INT, CacheContext.PROPOSED, count + 1);
            FolioContext known = folios.folio(folio);
            proposedPages += known == null ? 0 : known.order().frames();
        }

        /** How many are proposed, whoever said so. */
        int proposed() {
            MemorySegment from = context;
            return from == null
                    ? 0
                    : Math.clamp(from.get(ValueLayout.JAVA_INT, CacheContext.PROPOSED), 0, CacheContext.FOLIOS_MAX);
        }

        int proposal(int index) {
            MemorySegment from = context;
            return from == null
                    ? FolioTable.NONE
                    : from.get(ValueLayout.JAVA_INT, CacheContext.FOLIOS + (long) index * Integer.BYTES);
        }
    }
}
