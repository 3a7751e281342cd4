package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampleTableTest {
    private static final SampleTable.Key HOST = new SampleTable.Key("create", "host", "", 0);
    private static final SampleTable.Key RING3 = new SampleTable.Key("create", "ring3", "", 0);

    @Test
    void figures_ratios_areOfSamplesOfOneRound() {
        SampleTable table = new SampleTable();
        for (int round = 0; round < 3; round++) {
            table.add(HOST, 0, round, new SampleTable.Sample(100 * (round + 1), 50, 1));
            table.add(RING3, 0, round, new SampleTable.Sample(50 * (round + 1), 20, 1));
        }
        List<Figure> figures = table.figures(_ -> Optional.of("host"));
        Figure ours = figures.stream()
                .filter(figure ->
                        figure.subject().equals("ring3") && figure.unit().equals("ns"))
                .findFirst()
                .orElseThrow();
        assertThat(ours.samples()).containsExactly(100.0);
        assertThat(ours.ratio().orElseThrow().samples()).containsExactly(0.5);
        assertThat(figures).hasSize(4);
    }

    @Test
    void starvedSamples_areThrownAway_whereThereAreOthers() {
        SampleTable table = new SampleTable();
        table.add(HOST, 0, 0, new SampleTable.Sample(100, 50, 0.95));
        table.add(HOST, 0, 1, new SampleTable.Sample(900, 50, 0.4));
        table.add(RING3, 0, 0, new SampleTable.Sample(700, 50, 0.3));
        List<Figure> figures = table.figures(_ -> Optional.empty());
        assertThat(figures.getFirst().samples()).containsExactly(100.0);
        assertThat(figures.getFirst().quality()).isEqualTo(new Figure.Quality(0.95, 1));
        assertThat(figures.getLast().quality()).isEqualTo(new Figure.Quality(0.3, 0));
        assertThat(table.doubts()).singleElement().asString().startsWith("1 of 2 things");
    }

    @Test
    void figures_starvedOrNot_standInTheOrderInWhichTheyCame() {
        SampleTable table = new SampleTable();
        table.add(HOST, 0, 0, new SampleTable.Sample(700, 50, 0.3));
        table.add(RING3, 0, 0, new SampleTable.Sample(100, 50, 1));
        assertThat(table.figures(_ -> Optional.empty()))
                .extracting(Figure::subject)
                .containsExactly("host", "host", "ring3", "ring3");
    }
}
