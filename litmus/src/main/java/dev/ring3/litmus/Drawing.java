package dev.ring3.litmus;

import dev.ring3.litmus.search.Execution;
import dev.ring3.litmus.search.Execution.Event;
import dev.ring3.litmus.search.Execution.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pictures of executions: threads as columns, accesses in program order, relations as arrows. */
final class Drawing {
    private static final Map<String, String> COLOURS = Map.of(
            "po", "#8a8f98", "rf", "#c0392b", "co", "#2457a6", "fr", "#b8860b", "addr", "#5b3a8c", "data", "#5b3a8c",
            "ctrl", "#5b3a8c", "amo", "#1d7a46");

    private static final String OTHER_COLOUR = "#1d7a46";
    private static final int COLUMN = 230;
    private static final int ROW = 76;
    private static final int MARGIN = 30;
    private static final int BOX_WIDTH = 176;
    private static final int BOX_HEIGHT = 28;

    private Drawing() {}

    /** What is drawn besides program order, by name; all of it if empty. */
    private static Map<String, List<Pair>> drawn(Execution execution, List<String> wanted) {
        Map<String, List<Pair>> relations = execution.relations();
        relations
                .keySet()
                .removeIf(name -> wanted.isEmpty()
                        ? List.of("ppo", "amo").contains(name)
                        : !name.equals("po") && !wanted.contains(name));
        return relations;
    }

    /** An execution as text. */
    static List<String> lines(Execution execution) {
        List<Event> events = execution.events();
        List<String> lines = new ArrayList<>();
        for (Event event : events) {
            lines.add("%s: %s%s"
                    .formatted(
                            event.name(), event.thread() < 0 ? "" : "P%d ".formatted(event.processor()), event.text()));
        }
        execution.relations().forEach((name, pairs) -> {
            if (List.of("rf", "co", "fr").contains(name)) {
                List<String> arrows = pairs.stream()
                        .map(pair -> events.get(pair.from()).name() + "->"
                                + events.get(pair.to()).name())
                        .toList();
                lines.add(name + " " + String.join(" ", arrows));
            }
        });
        return lines;
    }

    private static String colour(String relation) {
        return COLOURS.getOrDefault(relation, OTHER_COLOUR);
    }

    /**
     * For graphviz.
     *
     * @param relations names of relations besides program order; all that the model shows if empty
     */
    static String dot(String title, Execution execution, List<String> relations) {
        StringBuilder text = new StringBuilder("digraph G {\n");
        text.append("  label=%s;\n  splines=spline;\n  node [shape=box, fontname=\"Helvetica\"];\n"
                .formatted(quote(title)));
        Map<Integer, List<Event>> byThread = new HashMap<>();
        execution
                .events()
                .forEach(event -> byThread.computeIfAbsent(event.thread(), _ -> new ArrayList<>())
                        .add(event));
        byThread.forEach((thread, events) -> {
            if (thread >= 0) {
                text.append("  subgraph cluster_%d { label=\"P%d\";\n"
                        .formatted(thread, events.getFirst().processor()));
            }
            for (Event event : events) {
                text.append("  e%d [label=%s];\n".formatted(event.id(), quote(event.name() + ": " + event.text())));
            }
            text.append(thread >= 0 ? "  }\n" : "");
        });
        drawn(execution, relations).forEach((name, pairs) -> {
            for (Pair pair : pairs) {
                text.append("  e%d -> e%d [label=\"%s\", color=\"%s\", fontcolor=\"%s\"];\n"
                        .formatted(pair.from(), pair.to(), name, colour(name), colour(name)));
            }
        });
        return text.append("}\n").toString();
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A picture of its own; each relation is a group with its name as class, so that a page can hide it. */
    static String svg(String title, Execution execution, List<String> relations) {
        List<Event> events = execution.events();
        int[] x = new int[events.size()];
        int[] y = new int[events.size()];
        int[] rows = new int[events.stream().mapToInt(Event::thread).max().orElse(0) + 1];
        int initials = 0;
        for (Event event : events) {
            if (event.thread() < 0) {
                x[event.id()] = MARGIN + BOX_WIDTH / 2 + initials++ * (BOX_WIDTH + MARGIN);
                y[event.id()] = MARGIN + ROW;
            } else {
                x[event.id()] = MARGIN + BOX_WIDTH / 2 + event.thread() * COLUMN;
                y[event.id()] = MARGIN + 3 * ROW + rows[event.thread()]++ * ROW;
            }
        }
        int columns = Math.max(rows.length * COLUMN, initials * (BOX_WIDTH + MARGIN));
        int deepest = java.util.Arrays.stream(rows).max().orElse(0);
        StringBuilder text = new StringBuilder();
        text.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n"
                        .formatted(columns + 2 * MARGIN, MARGIN + (deepest + 3) * ROW));
        text.append("<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
                .formatted(escape(title)));
        text.append(
                "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n".formatted(MARGIN, MARGIN, escape(title)));
        int bend = 0;
        for (Map.Entry<String, List<Pair>> relation :
                drawn(execution, relations).entrySet()) {
            String name = relation.getKey();
            text.append("<g class=\"%s\" stroke=\"%s\" fill=\"none\">\n".formatted(escape(name), colour(name)));
            for (Pair pair : relation.getValue()) {
                arrow(text, name, x[pair.from()], y[pair.from()], x[pair.to()], y[pair.to()], bend);
            }
            text.append("</g>\n");
            bend += 14;
        }
        for (Event event : events) {
            box(text, event, x[event.id()], y[event.id()]);
        }
        for (Event event : events) {
            if (event.thread() >= 0 && y[event.id()] == MARGIN + 3 * ROW) {
                text.append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">P%d</text>\n"
                        .formatted(x[event.id()], y[event.id()] - BOX_HEIGHT, event.processor()));
            }
        }
        return text.append("</svg>\n").toString();
    }

    private static void box(StringBuilder text, Event event, int x, int y) {
        text.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\" fill=\"#fafafa\" stroke=\"#333\"/>\n"
                .formatted(x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT));
        text.append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
                .formatted(x, y + 4, escape(event.name() + ": " + event.text())));
    }

    /** A bent line with a head; its label stands at the bend. */
    private static void arrow(StringBuilder text, String name, int fromX, int fromY, int toX, int toY, int bend) {
        double length = Math.max(1, Math.hypot(toX - fromX, toY - fromY));
        double normalX = -(toY - fromY) / length;
        double normalY = (toX - fromX) / length;
        double middleX = (fromX + toX) / 2.0 + normalX * bend;
        double middleY = (fromY + toY) / 2.0 + normalY * bend;
        double[] start = edge(fromX, fromY, middleX, middleY);
        double[] end = edge(toX, toY, middleX, middleY);
        double angle = Math.atan2(end[1] - middleY, end[0] - middleX);
        text.append(String.format(
                Locale.ROOT,
                "<path d=\"M%.1f %.1f Q%.1f %.1f %.1f %.1f M%.1f %.1f L%.1f %.1f L%.1f %.1f\"/>%n",
                start[0],
                start[1],
                middleX,
                middleY,
                end[0],
                end[1],
                end[0] - 8 * Math.cos(angle - 0.4),
                end[1] - 8 * Math.sin(angle - 0.4),
                end[0],
                end[1],
                end[0] - 8 * Math.cos(angle + 0.4),
                end[1] - 8 * Math.sin(angle + 0.4)));
        text.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" stroke=\"none\" fill=\"%s\" font-size=\"11\">%s</text>%n",
                (fromX + toX) / 4.0 + middleX / 2 + 3,
                (fromY + toY) / 4.0 + middleY / 2 - 3,
                colour(name),
                escape(name)));
    }

    /** Where a line from the middle of a box leaves it. */
    private static double[] edge(int x, int y, double toX, double toY) {
        double dx = toX - x;
        double dy = toY - y;
        double scale = Math.min(
                Math.abs(dx) < 1e-6 ? Double.MAX_VALUE : BOX_WIDTH / 2.0 / Math.abs(dx),
                Math.abs(dy) < 1e-6 ? Double.MAX_VALUE : BOX_HEIGHT / 2.0 / Math.abs(dy));
        return scale == Double.MAX_VALUE
                ? new double[] {x, y}
                : new double[] {x + dx * Math.min(1, scale), y + dy * Math.min(1, scale)};
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
