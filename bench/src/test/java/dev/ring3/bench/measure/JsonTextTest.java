package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void object_ofEverything_isWritten() {
        String json = JsonText.ofSchema("test/1")
                .put("text", "a \"b\"\\\n\u00e9")
                .put("yes", true)
                .put("count", 3)
                .put("ratio", 1.23456789)
                .put("spread", Spread.of(1, 2))
                .putObjects("none", List.of())
                .putTexts("some", List.of("x"))
                .toString();
        assertThat(json).isEqualTo("""
                {
                  "schema": "test/1",
                  "text": "a \\"b\\"\\\\\\n\\u00e9",
                  "yes": true,
                  "count": 3,
                  "ratio": 1.2346,
                  "spread": {
                    "median": 1.5000,
                    "least": 1.0000,
                    "most": 2.0000,
                    "values": 2
                  },
                  "none": [],
                  "some": [
                    "x"
                  ]
                }""");
    }

    @Test
    void numbers_ofAnySize_keepFiveDigits() {
        assertThat(new JsonText().put("n", 123456.7).toString()).contains("123457");
        assertThat(new JsonText().put("n", 0.000123456).toString()).contains("0.00012346");
        assertThat(new JsonText().put("n", -12.3456).toString()).contains("-12.346");
        assertThat(new JsonText().put("n", 0.0).toString()).contains("0.0000");
    }

    @Test
    void noNumber_isRefused() {
        assertThatThrownBy(() -> new JsonText().put("n", Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
