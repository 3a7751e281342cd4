package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.Seed;
import dev.ring3.bpf.verifier.RangeRandom.Witnessed;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Numbers of full size, where enumeration ends. */
class RangeRandomTest {
    private static final int CHAINS = Boolean.getBoolean("ring3.long") ? 100_000_000 : 300_000;
    private static final int STEPS_MAX = 10;

    private final Seed seed = Seed.of(RangeRandomTest.class);
    private final RangeRandom random = new RangeRandom(seed.random());

    @Test
    void chain_randomSteps_keepsTheWitness() {
        for (int i = 0; i < CHAINS; i++) {
            long chain = random.nextLong();
            if (!chainHolds(chain, null)) {
                StringBuilder log = new StringBuilder();
                chainHolds(chain, log);
                throw new AssertionError("%s%n%s".formatted(log, seed));
            }
        }
    }

    /** Whether no step loses the witness or leaves a view that is not in step with the others. */
    private static boolean chainHolds(long seed, @Nullable StringBuilder log) {
        RangeRandom random = new RangeRandom(new Random(seed));
        Witnessed at = random.start();
        for (int step = random.nextInt(STEPS_MAX); step >= 0; step--) {
            if (log != null) {
                log.append(at).append(" then ");
            }
            Witnessed next = random.step(at, log);
            if (next == null
                    || !next.range().contains(next.witness())
                    || RangeChecker.flaw(next.range()).isPresent()) {
                if (log != null) {
                    log.append("is wrong: ").append(next);
                }
                return false;
            }
            at = next;
        }
        return true;
    }

    @Test
    void unionAndIntersect_randomPairs_agreeWithMembership() {
        for (int i = 0; i < CHAINS; i++) {
            Witnessed a = walk();
            Witnessed b = walk();
            Range union = a.range().union(b.range());
            Range common = a.range().intersect(b.range());
            boolean sound = union.contains(a.range())
                    && union.contains(b.range())
                    && (common == null
                            || (a.range().contains(common) && b.range().contains(common)))
                    && keeps(a, b, common)
                    && keeps(b, a, common);
            if (!sound) {
                throw new AssertionError(
                        "%s and %s: union %s, intersection %s%n%s".formatted(a, b, union, common, seed));
            }
        }
    }

    /** Whether the witness of one is in the intersection if it is in the other. */
    private static boolean keeps(Witnessed one, Witnessed other, @Nullable Range common) {
        return !other.range().contains(one.witness()) || (common != null && common.contains(one.witness()));
    }

    private Witnessed walk() {
        Witnessed at = random.start();
        for (int i = random.nextInt(3); i > 0; i--) {
            Witnessed next = random.step(at, null);
            at = next == null ? at : next;
        }
        return at;
    }

    @Test
    void equals_randomRanges_agreesWithContainsBothWays() {
        for (int i = 0; i < CHAINS / 10; i++) {
            Range a = walk().range();
            Range b = walk().range();
            assertThat(a.equals(b)).isEqualTo(a.contains(b) && b.contains(a));
        }
    }
}
