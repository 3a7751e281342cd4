package dev.ring3.fs;

import org.jspecify.annotations.Nullable;

/** A {@link Guard} for rename, which changes two directories. */
@FunctionalInterface
public interface RenameGuard {
    /** Refuses nothing. */
    RenameGuard NONE = (from, source, to, target) -> {};

    /**
     * Asks.
     *
     * @param target what has the new name already: replaced, or exchanged
     */
    void check(Stat from, Stat source, Stat to, @Nullable Stat target);

    /** Whose a whiteout is that is left behind. */
    default Owner owner() {
        return Owner.ROOT;
    }

    /** The same on behalf of somebody. */
    default RenameGuard by(Owner who) {
        RenameGuard asked = this;
        return new RenameGuard() {
            @Override
            public void check(Stat from, Stat source, Stat to, @Nullable Stat target) {
                asked.check(from, source, to, target);
            }

            @Override
            public Owner owner() {
                return who;
            }
        };
    }
}
