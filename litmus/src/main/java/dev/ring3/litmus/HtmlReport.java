package dev.ring3.litmus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One page with the outcomes of tests, which needs nothing else: no script or picture from elsewhere. */
public final class HtmlReport {
    /**
     * What is told of a test.
     *
     * @param source its text
     * @param explanation why it is forbidden, if it is
     */
    public record Entry(String source, Outcome outcome, Optional<Explanation> explanation) {}

    private static final String STYLE = """
            body { font-family: sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
            pre { background: #f5f5f5; padding: .8em; overflow-x: auto; }
            svg { max-width: 100%; height: auto; }
            details { border-top: 1px solid #ccc; padding: .6em 0; }
            summary { cursor: pointer; font-weight: bold; }
            """;

    private HtmlReport() {}

    /** The page. */
    public static String of(String model, List<Entry> entries) {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        page.append("<title>Litmus tests</title>\n<style>\n").append(STYLE).append("</style></head><body>\n");
        page.append("<h1>Litmus tests</h1>\n<p>Model: %s</p>\n".formatted(Drawing.escape(model)));
        for (Entry entry : entries) {
            Outcome outcome = entry.outcome();
            page.append("<details%s><summary>%s: %s</summary>\n"
                    .formatted(
                            entries.size() == 1 ? " open" : "",
                            Drawing.escape(outcome.test().name()),
                            Drawing.escape(outcome.observation())));
            page.append("<pre>").append(Drawing.escape(entry.source())).append("</pre>\n");
            page.append("<pre>").append(Drawing.escape(HerdText.of(outcome))).append("</pre>\n");
            pictures(entry, page);
            page.append("</details>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    private static void pictures(Entry entry, StringBuilder page) {
        List<String> none = new ArrayList<>();
        String name = entry.outcome().test().name();
        entry.outcome()
                .witness()
                .ifPresent(witness -> page.append("<p>An execution that decides it:</p>\n")
                        .append(Drawing.svg(name + ", allowed", witness, none)));
        entry.explanation().ifPresent(explanation -> {
            page.append("<pre>")
                    .append(Drawing.escape(String.join("\n", explanation.lines())))
                    .append("</pre>\n");
            page.append(Drawing.svg(name + ", forbidden by " + explanation.axiom(), explanation.execution(), none));
        });
    }
}
