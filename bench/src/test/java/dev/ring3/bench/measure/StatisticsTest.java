package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void median_oddAndEven_isTheMiddle() {
        assertThat(Statistics.median(3, 1, 2)).isEqualTo(2);
        assertThat(Statistics.median(4, 1, 3, 2)).isEqualTo(2.5);
        assertThat(Statistics.median(7)).isEqualTo(7);
    }

    @Test
    void geometricMean_inverseRatios_isInverse() {
        assertThat(Statistics.geometricMean(List.of(2.0, 8.0))).isEqualTo(4, within(1e-12));
        assertThat(Statistics.geometricMean(List.of(0.5, 0.125))).isEqualTo(0.25, within(1e-12));
    }

    @Test
    void geometricMean_nothingOrNoRatio_isRefused() {
        assertThatThrownBy(() -> Statistics.geometricMean(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Statistics.geometricMean(List.of(1.0, 0.0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spread_values_keepsTheEnds() {
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 1, 5, List.of(5.0, 1.0, 3.0)));
        assertThat(Spread.of(2, 4).map(value -> value / 2)).isEqualTo(new Spread(1.5, 1, 2, List.of(1.0, 2.0)));
    }
}
