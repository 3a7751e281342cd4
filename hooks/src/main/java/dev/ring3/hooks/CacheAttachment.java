package dev.ring3.hooks;

import dev.ring3.fs.volume.Volume;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Which object is the policy of the volume's page cache: one, or none, and then the cache has its own. Under the lock of
 * who replaces the table.
 */
final class CacheAttachment {
    private final Volume volume;
    private final ThreadLocal<Asking> asking;
    private final BiConsumer<AttachedObject, String> whenFailed;

    /** @param whenFailed is told of a policy that the cache has let go of, without any lock */
    CacheAttachment(Volume volume, ThreadLocal<Asking> asking, BiConsumer<AttachedObject, String> whenFailed) {
        this.volume = volume;
        this.asking = asking;
        this.whenFailed = whenFailed;
    }

    /** What keeps an object from becoming the policy; empty for nothing. */
    private Optional<String> problem(StoredHook wished, HookTable table) {
        if (volume.cacheStatistics().isEmpty()) {
            return Optional.of("this volume has no page cache");
        }
        if (!(wished.scope() instanceof Scope.Server)) {
            return Optional.of("a policy of the page cache is for the whole server: attach it to no subvolume");
        }
        if (wished.observeOnly()) {
            return Optional.of("a policy of the page cache cannot only observe");
        }
        return table.objects().stream()
                .filter(other -> other.isCachePolicy()
                        && !other.hasFailed()
                        && !other.name().equals(wished.name()))
                .findFirst()
                .map(other -> "%s is the policy of the page cache, which has one: detach it, or attach under its name"
                        .formatted(other.name()));
    }

    /**
     * Puts an object in charge if it is a policy, in place of the one of its name.
     *
     * @return why it does not take over, and then the one before stays; empty if it does, or is none
     */
    Optional<String> begin(AttachedObject object, HookTable table) {
        if (!object.isCachePolicy()) {
            return Optional.empty();
        }
        Optional<String> problem = problem(object.stored(), table);
        if (problem.isPresent()) {
            return problem;
        }
        CachePrograms programs = new CachePrograms(object, asking, reason -> whenFailed.accept(object, reason));
        try {
            volume.attach(programs);
        } catch (PolicyRefusedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        programs.hasBegun();
        return Optional.empty();
    }

    /** The cache has its own policy again, if this was in charge. */
    void end(AttachedObject object) {
        if (object.isCachePolicy() && !object.hasFailed()) {
            volume.attach(null);
        }
    }
}
