package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SvgBarsTest {
    private static final Pattern BAR =
            Pattern.compile("<rect x='([0-9.]+)' y='([0-9]+)' width='([0-9.]+)' height='11' fill='#0072b2'/>");

    private static String drawn(SvgBars.Group... groups) {
        return new SvgBars("a < b & c", "subtitle", List.of("one", "other")).draw(List.of(groups));
    }

    private static SvgBars.Group group(String name, double value) {
        return new SvgBars.Group(name, List.of(new SvgBars.Bar(0, Spread.of(value))));
    }

    @Test
    void picture_hasNamesAndNumbers() {
        assertThat(drawn(group("first", 3), group("second", 12.34)))
                .startsWith("<svg xmlns='http://www.w3.org/2000/svg' width='1000' ")
                .endsWith("</svg>\n")
                .contains("a &lt; b &amp; c", "subtitle", ">one<", ">other<", ">first<", ">second<", ">3.00<", ">12.3<")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void bars_belowAndAboveOne_meetThere() {
        List<MatchResult> bars = BAR.matcher(drawn(group("fast", 0.5), group("slow", 2), group("like", 1)))
                .results()
                .toList();
        assertThat(bars).hasSize(3);
        double fastEnd = number(bars.get(0), 1) + number(bars.get(0), 3);
        assertThat(fastEnd).isEqualTo(number(bars.get(1), 1), within(0.2));
        assertThat(number(bars.get(0), 3)).isEqualTo(number(bars.get(1), 3), within(0.2));
        assertThat(number(bars.get(2), 3)).isEqualTo(1); // to be seen at all
        assertThat(number(bars.get(1), 2)).isGreaterThan(number(bars.get(0), 2));
    }

    private static double number(MatchResult bar, int group) {
        return Double.parseDouble(bar.group(group));
    }
}
