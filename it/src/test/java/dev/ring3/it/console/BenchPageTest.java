package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.report.HtmlReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code ring3 bench report}, as a browser has it. */
class BenchPageTest {
    @TempDir
    private Path folder;

    private static BenchDocument document() {
        List<Figure> figures = new ArrayList<>();
        for (int bytes : new int[] {64, 512, 4096, 65_536}) {
            for (String subject : List.of("buffered", "mapped", "ring3")) {
                figures.add(Figure.of(
                                "read %s, in memory".formatted(bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB"),
                                subject,
                                "ns",
                                Better.LESS,
                                List.of(10.0 + bytes, 12.0 + bytes, 11.0 + bytes))
                        .withParameters(Map.of("bs", (double) bytes))
                        .withLatency(new Figure.Latency(Collections.nCopies(17, 5L + bytes), 64))
                        .withRatio("buffered", List.of(0.25, 0.5, 4.0)));
            }
        }
        return new BenchDocument(
                "io",
                new BenchDocument.Setting(
                        Map.of("processor", "one"), "ring3 bench io --summit", "Somehow.", 3, 1, "0.1", 3),
                figures,
                List.of("ring3-nfs: no client"));
    }

    @Test
    void page_inARealBrowser_showsItsCharts_andAsksForNothing() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        Path page = Files.writeString(folder.resolve("report.html"), HtmlReport.of(List.of(document())));
        try (Chromium chromium = Chromium.start(Files.createDirectory(folder.resolve("profile")));
                Tab tab = chromium.tab()) {
            tab.open(page.toUri().toString());
            assertThat(tab.evaluate("document.title")).isEqualTo("Ring3 measurements");
            // One of ratios, one curve, four of latencies; all of them have a size, and something in them that has one.
            assertThat(tab.evaluate(
                            "[...document.querySelectorAll('figure svg')].filter(svg => svg.getClientRects()[0].width"
                                    + " > 300 && [...svg.querySelectorAll('rect, circle')].some(e => e.getClientRects()[0].width > 2))"
                                    + ".length"))
                    .isEqualTo("6");
            assertThat(tab.evaluate("[...document.querySelectorAll('figcaption code')]"
                            + ".every(code => code.textContent === 'ring3 bench io --summit')"))
                    .isEqualTo("true");
            assertThat(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo("true");
            assertThat(tab.evaluate("performance.getEntriesByType('resource').length"))
                    .isEqualTo("0");
            assertThat(tab.errors()).isEmpty();

            // The control: a page that asked for something would be found, and its policy keeps it from getting it.
            tab.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))");
            tab.await("true");
            for (int i = 0; i < 100 && tab.errors().isEmpty(); i++) {
                Thread.sleep(50);
            }
            assertThat(tab.errors()).anyMatch(error -> error.contains("Content Security Policy"));
        }
    }
}
