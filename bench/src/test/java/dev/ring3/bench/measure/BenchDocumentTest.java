package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchDocumentTest {
    static BenchDocument document(List<Figure> figures) {
        return new BenchDocument(
                "io",
                new BenchDocument.Setting(
                        Map.of("processor", "one", "processors", "2", "kernel", "Linux"),
                        "ring3 bench io --bs=512",
                        "somehow",
                        10,
                        3,
                        "0.10",
                        7),
                figures,
                List.of("ring3-nfs: no client"));
    }

    private static Figure figure() {
        return Figure.of("randread 512 B", "ring3", "ns", Figure.Better.LESS, List.of(10.5, 11.25))
                .withRatio("pread", List.of(0.5, 0.25))
                .withQuality(new Figure.Quality(0.95, 2))
                .withParameters(Map.of("bs", 512.0))
                .withLatency(new Figure.Latency(Collections.nCopies(17, 9L), 64));
    }

    @Test
    void json_parsed_isTheSame() {
        BenchDocument document = document(List.of(figure()));
        assertThat(BenchDocument.parse(document.json().toString())).isEqualTo(document);
    }

    @Test
    void json_insideAnotherFormat_isFound() {
        BenchDocument document = document(List.of(figure()));
        String fio = new JsonText()
                .put("fio version", "fio-3.33")
                .put(BenchDocument.MEMBER, document.json())
                .toString();
        assertThat(BenchDocument.parse(fio)).isEqualTo(document);
    }

    @Test
    void parse_whatIsNoDocument_saysWhatIsMissing() {
        assertThatThrownBy(() -> BenchDocument.parse("{}"))
                .isInstanceOf(JsonNode.FormException.class)
                .hasMessageContaining("machine");
    }
}
