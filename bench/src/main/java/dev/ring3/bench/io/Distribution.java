package dev.ring3.bench.io;

import java.util.Locale;
import java.util.SplittableRandom;

/** Which blocks are chosen how often: fio's {@code random_distribution}. */
public sealed interface Distribution {
    /** fio's words for it. */
    String id();

    /** Draws ranks below a count. */
    Draw of(long count);

    /** Draws a number of a block, or a rank, that the most frequent ones come first in. */
    @FunctionalInterface
    interface Draw {
        long next(SplittableRandom random);
    }

    /** All equally. */
    record Uniform() implements Distribution {
        @Override
        public String id() {
            return "random";
        }

        @Override
        public Draw of(long count) {
            return random -> random.nextLong(count);
        }
    }

    /**
     * By Zipf's law: the n-th most frequent one with a frequency of {@code 1 / n^theta}; by the method of Gray et al., Quickly
     * Generating Billion-Record Synthetic Databases, 1994, which fio uses too.
     *
     * @param theta above 0, not 1
     */
    record Zipf(double theta) implements Distribution {
        public Zipf {
            if (!(theta > 0) || theta == 1) {
                throw new IllegalArgumentException("zipf:%s; theta is above 0 and not 1".formatted(theta));
            }
        }

        @Override
        public String id() {
            return "zipf:" + theta;
        }

        @Override
        public Draw of(long count) {
            double zeta = zeta(count);
            double exponent = 1 / (1 - theta);
            double eta = (1 - Math.pow(2.0 / count, 1 - theta)) / (1 - zeta(2) / zeta);
            double second = 1 + Math.pow(0.5, theta);
            return random -> {
                double at = random.nextDouble();
                double scaled = at * zeta;
                if (scaled < 1) {
                    return 0;
                }
                return scaled < second
                        ? Math.min(1, count - 1)
                        : Math.clamp((long) (count * Math.pow(eta * at - eta + 1, exponent)), 0, count - 1);
            };
        }

        private double zeta(long count) {
            double sum = 0;
            for (long i = 1; i <= count; i++) {
                sum += Math.pow(1.0 / i, theta);
            }
            return sum;
        }
    }

    /**
     * By Pareto's law.
     *
     * @param share of the accesses that go to the rest: 0.2 is the rule of 80 and 20; between 0 and 1
     */
    record Pareto(double share) implements Distribution {
        public Pareto {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("pareto:%s; it is between 0 and 1".formatted(share));
            }
        }

        @Override
        public String id() {
            return "pareto:" + share;
        }

        @Override
        public Draw of(long count) {
            double power = Math.log(share) / Math.log(1 - share);
            return random -> Math.min(count - 1, (long) (count * Math.pow(random.nextDouble(), power)));
        }
    }

    /**
     * Of fio's words.
     *
     * @throws IllegalArgumentException for one that is not here
     */
    static Distribution of(String words) {
        String[] parts = words.split(":", 2);
        try {
            return switch (parts[0].toLowerCase(Locale.ROOT)) {
                case "random" -> new Uniform();
                case "zipf" -> new Zipf(parts.length > 1 ? Double.parseDouble(parts[1]) : 1.1);
                case "pareto" -> new Pareto(parts.length > 1 ? Double.parseDouble(parts[1]) : 0.2);
                default ->
                    throw new IllegalArgumentException(
                            "random_distribution=%s; there are random, zipf:THETA, pareto:H".formatted(words));
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("random_distribution=%s: no number".formatted(words), e);
        }
    }
}
