package dev.ring3.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scopes that a thread is in, as one value: what an allocation made now may do to get memory, and why not more.
 * Immutable; {@link ReclaimScope#current} reads the present one.
 */
public final class HeldScope {
    /** In no scope: an allocation may reclaim in every way, and may fail. */
    public static final HeldScope NONE = new HeldScope(null, null, "", null);

    private final @Nullable HeldScope outer;
    private final ReclaimScope.@Nullable Kind kind;
    private final String reason;
    private final @Nullable ReservedFrames reserve;
    private final boolean noFs;
    private final boolean noIo;
    private final boolean memAlloc;

    private HeldScope(
            @Nullable HeldScope outer,
            ReclaimScope.@Nullable Kind kind,
            String reason,
            @Nullable ReservedFrames reserve) {
        this.outer = outer;
        this.kind = kind;
        this.reason = reason;
        boolean inNoIo = kind == ReclaimScope.Kind.NOIO;
        this.noIo = inNoIo || (outer != null && outer.noIo);
        this.noFs = inNoIo || kind == ReclaimScope.Kind.NOFS || (outer != null && outer.noFs);
        this.memAlloc = kind == ReclaimScope.Kind.MEMALLOC || (outer != null && outer.memAlloc);
        this.reserve = reserve != null ? reserve : outer == null ? null : outer.reserve;
    }

    /** This scope with one more inside it. */
    HeldScope enter(ReclaimScope scope) {
        return new HeldScope(this, scope.kind(), scope.reason(), scope.reserve());
    }

    /** Whether reclaim may enter the filesystem: in neither NOFS nor NOIO. */
    public boolean mayEnterFilesystem() {
        return !noFs;
    }

    /** Whether reclaim may start I/O or wait for it: not in NOIO. */
    public boolean mayDoIo() {
        return !noIo;
    }

    /** Whether an allocation may take the frames below the min watermark, and starts no reclaim: in MEMALLOC. */
    public boolean mayUseReserve() {
        return memAlloc;
    }

    /** Whether an allocation waits rather than fail: in NOFAIL. */
    public boolean neverFails() {
        return reserve != null;
    }

    /** The reserve behind the innermost NOFAIL, or null. */
    @Nullable
    ReservedFrames reserve() {
        return reserve;
    }

    /** Why, outermost first: {@code "NOFS: transaction 17"}. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        for (HeldScope scope = this; scope != null && scope.kind != null; scope = scope.outer) {
            reasons.addFirst(scope.kind + ": " + scope.reason);
        }
        return reasons;
    }

    /**
     * What travels with work that is handed on: the restrictions. A grant stays, for it was given to the code that its
     * reason names.
     */
    public HeldScope restrictions() {
        if (outer == null) {
            return this;
        }
        HeldScope below = outer.restrictions();
        boolean restricts = kind == ReclaimScope.Kind.NOFS || kind == ReclaimScope.Kind.NOIO;
        return restricts ? new HeldScope(below, kind, reason, null) : below;
    }

    @Override
    public String toString() {
        return outer == null ? "none" : String.join(" > ", reasons());
    }
}
