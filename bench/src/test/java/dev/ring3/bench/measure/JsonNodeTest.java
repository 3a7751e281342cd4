package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNodeTest {
    @Test
    void parse_everyKindOfValue_isRead() {
        JsonNode node = JsonNode.parse(
                " {\"a\": [1, -2.5e3, true, null], \"b\\n\\u00e9\": {\"c\": \"\\\"d\\\\\"}, \"e\": []} ");
        assertThat(node.at("a").elements().subList(0, 2))
                .containsExactly(new JsonNode.Numeral(1), new JsonNode.Numeral(-2500));
        assertThat(node.at("a").elements().get(2)).isEqualTo(new JsonNode.Word("true"));
        assertThat(node.at("b\n\u00e9").text("c")).isEqualTo("\"d\\");
        assertThat(node.at("e").elements()).isEmpty();
        assertThat(node.find("f")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\" 1}",
                "tru",
                "\"a",
                "1 2",
                "{\"a\":1,}",
                "nul",
                "\"\\x\"",
                "\"\\u12\"",
                "-"
            })
    void parse_whatIsNoJson_isRefused(String text) {
        assertThatThrownBy(() -> JsonNode.parse(text)).isInstanceOf(JsonNode.FormException.class);
    }

    @Test
    void parse_valuesWithoutEndInEachOther_isRefused() {
        assertThatThrownBy(() -> JsonNode.parse("[".repeat(100_000)))
                .isInstanceOf(JsonNode.FormException.class)
                .hasMessageContaining("deeper than");
    }

    @Test
    void parse_whatJsonTextMakes_isTheSame() {
        String text = JsonText.ofSchema("a/1")
                .put("tricky", "\u2028 \"quoted\" \\ \t")
                .putNumbers("numbers", List.of(0.125, 3e9, 0.0))
                .toString();
        JsonNode node = JsonNode.parse(text);
        assertThat(node.text("tricky")).isEqualTo("\u2028 \"quoted\" \\ \t");
        assertThat(node.at("numbers").numbers()).containsExactly(0.125, 3e9, 0.0);
    }
}
