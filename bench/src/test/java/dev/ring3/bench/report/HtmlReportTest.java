package dev.ring3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final String HOSTILE = "<script>alert('x')</script> & \"more\"";

    private static BenchDocument document() {
        List<Figure> figures = new ArrayList<>();
        for (int bytes : new int[] {64, 512, 4096}) {
            for (String subject : List.of("pread", "ring3")) {
                Figure figure = Figure.of(
                                "read %s, in memory".formatted(bytes == 4096 ? "4 KiB" : bytes + " B"),
                                subject,
                                "ns",
                                Better.LESS,
                                List.of((double) bytes, bytes + 5.0))
                        .withParameters(Map.of("bs", (double) bytes))
                        .withLatency(new Figure.Latency(Collections.nCopies(17, (long) bytes), 1));
                figures.add(subject.equals("ring3") ? figure.withRatio("pread", List.of(0.5, 0.25)) : figure);
            }
        }
        return new BenchDocument(
                "io",
                new BenchDocument.Setting(
                        Map.of("processor", HOSTILE),
                        "ring3 bench io --name='" + HOSTILE + "'",
                        HOSTILE,
                        2,
                        1,
                        "0.1",
                        3),
                figures,
                List.of(HOSTILE));
    }

    @Test
    void page_hasAChartForRatiosCurvesAndLatencies_andTheCommandBesideEach() {
        String page = HtmlReport.of(List.of(document()));
        assertThat(page.split("<svg ", -1)).hasSize(1 + 1 + 1 + 3);
        assertThat(page.split("<figcaption>", -1)).hasSize(1 + 5);
        assertThat(page.split("<code>ring3 bench io", -1)).hasSize(1 + 5);
        assertThat(page)
                .contains("Time of an operation, relative to pread", "by bs", "Latencies of read 64 B, in memory");
    }

    @Test
    void page_whateverNamesSay_fetchesAndRunsNothing() {
        String page = HtmlReport.of(List.of(document()));
        assertThat(page).doesNotContain("<script").doesNotContain("alert('x')");
        assertThat(page).contains("default-src 'none'");
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContainPattern("(src|url)\\s*[=(]|href=\"[^#]|https?:");
    }

    @Test
    void page_ofNothing_isAPage() {
        assertThat(HtmlReport.of(List.of())).startsWith("<!DOCTYPE html>").endsWith("</body></html>\n");
    }
}
