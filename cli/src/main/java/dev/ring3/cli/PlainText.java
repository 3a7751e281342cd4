package dev.ring3.cli;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;

/** JSON values as people read them. */
final class PlainText {
    private PlainText() {}

    static String of(Json value) {
        return switch (value) {
            case Json.Text(String text) -> text;
            case Json.Flag(boolean flag) -> flag ? "yes" : "no";
            case Json.Numeral number -> number.toString();
            case Json.Null _ -> "";
            case Json.Array array -> array.compact();
            case JsonObject object -> object.compact();
        };
    }
}
