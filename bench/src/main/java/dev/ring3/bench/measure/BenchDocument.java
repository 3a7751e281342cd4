package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a benchmark found, in the form that all of them have in common: the JSON object of schema {@value #SCHEMA}. Within a
 * version members may be added, and never change or go. A document may lie inside another format, as the member
 * {@value #MEMBER}: in fio's.
 *
 * @param kind which benchmark: {@code io}
 * @param notMeasured what could not be measured, and why
 */
public record BenchDocument(String kind, Setting setting, List<Figure> figures, List<String> notMeasured) {
    /** Of the form and its version. */
    public static final String SCHEMA = "ring3.bench/1";

    /** What it is called inside another format. */
    public static final String MEMBER = "ring3";

    public BenchDocument {
        figures = List.copyOf(figures);
        notMeasured = List.copyOf(notMeasured);
    }

    /**
     * How it was measured.
     *
     * @param machine what {@link Machine#json} says, each of its members as text
     * @param command that measures the same again
     * @param method in a few sentences
     */
    public record Setting(
            Map<String, String> machine,
            String command,
            String method,
            int forks,
            int rounds,
            String loadAfter,
            long seconds) {
        public Setting {
            machine = new LinkedHashMap<>(machine);
        }
    }

    /** The figure of a subject in a group, if it was measured. */
    public Optional<Figure> figure(String group, String subject, String unit) {
        return figures.stream()
                .filter(figure -> figure.group().equals(group)
                        && figure.subject().equals(subject)
                        && figure.unit().equals(unit))
                .findFirst();
    }

    /** As JSON. */
    public JsonText json() {
        return members(JsonText.ofSchema(SCHEMA));
    }

    /** Adds what it has to an object of another schema, which has members of its own for some. */
    public JsonText members(JsonText json) {
        JsonText machine = new JsonText();
        setting.machine().forEach(machine::put);
        return json.put("kind", kind)
                .put("command", setting.command())
                .put("machine", machine)
                .put("load_after", setting.loadAfter())
                .put("method", setting.method())
                .put("forks", setting.forks())
                .put("rounds", setting.rounds())
                .put("seconds", setting.seconds())
                .putTexts("not_measured", notMeasured)
                .putObjects("figures", figures.stream().map(Figure::json).toList());
    }

    /**
     * Reads a document, wherever it lies in a text.
     *
     * @throws JsonNode.FormException if it is none
     */
    public static BenchDocument parse(String text) {
        JsonNode whole = JsonNode.parse(text);
        JsonNode node = whole.find(MEMBER).orElse(whole);
        Map<String, String> machine = new LinkedHashMap<>();
        node.at("machine").members().forEach((name, value) -> machine.put(name, shown(value)));
        List<String> lacks = new ArrayList<>();
        node.at("not_measured").elements().forEach(element -> lacks.add(shown(element)));
        return new BenchDocument(
                node.text("kind"),
                new Setting(
                        machine,
                        node.text("command"),
                        node.text("method"),
                        (int) node.number("forks"),
                        (int) node.number("rounds"),
                        node.text("load_after"),
                        (long) node.number("seconds")),
                node.at("figures").elements().stream().map(Figure::parse).toList(),
                lacks);
    }

    private static String shown(JsonNode value) {
        return switch (value) {
            case JsonNode.Text(String text) -> text;
            case JsonNode.Numeral(double number) ->
                number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
            case JsonNode.Word(String word) -> word;
            case JsonNode.Members _, JsonNode.Elements _ -> throw new JsonNode.FormException("a text is expected");
        };
    }
}
