package dev.ring3.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void text_ofAnObject_isReadAsTheSame() {
        JsonObject object = JsonObject.ofSchema("x/1")
                .put("text", "a\"\\\n\t\u0001\u00e4\ud83d\ude00")
                .put("number", -42)
                .put("half", 0.5, 3)
                .put("flag", true)
                .put("nothing", Json.Null.NULL)
                .putTexts("empty", List.of())
                .putObjects("objects", List.of(new JsonObject(), new JsonObject().putHex("h", -1)));

        assertThat(JsonObject.parse(object.toString()).toString()).isEqualTo(object.toString());
        assertThat(JsonObject.parse(object.compact()).toString()).isEqualTo(object.toString());
        assertThat(object.compact()).doesNotContain("\n").matches("[ -~]+").contains("\"half\":0.500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "{\"a\":NaN}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"",
                "[1]",
                "\"a\"",
                "1",
                "{\"a\":[1,]}",
                "{\"a\":\"\\u12"
            })
    void parse_ofWhatIsNoObject_isRefused(String text) {
        assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void parse_nestedTooDeep_isRefusedBeforeTheStackEnds() {
        String deep = "{\"a\":".repeat(100_000);

        assertThatThrownBy(() -> JsonObject.parse(deep))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("nested");
    }

    @Test
    void member_ofAnotherType_isNamed() {
        JsonObject object = JsonObject.parse("{\"a\":\"x\",\"b\":1.5,\"c\":1e999999999999,\"d\":9223372036854775808}");

        assertThatThrownBy(() -> object.number("a")).hasMessage("\"a\" has to be a whole number");
        assertThatThrownBy(() -> object.number("b")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> object.number("c")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> object.number("d")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> object.text("missing")).hasMessage("\"missing\" has to be a string");
        assertThatThrownBy(() -> object.flag("a")).hasMessage("\"a\" has to be true or false");
        assertThat(object.flag("missing")).isFalse();
        assertThat(object.number("missing", 7)).isEqualTo(7);
    }
}
