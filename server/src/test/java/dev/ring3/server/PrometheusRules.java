package dev.ring3.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text in the format of Prometheus: the rules of its format, and those by which names are linted. */
final class PrometheusRules {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:" + LABEL.pattern()
            + ",?)*)\\})? ([+-]?(?:[0-9.]+(?:E-?\\d+)?|Inf)|NaN)");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();
    private final Set<String> helped = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> series = new HashSet<>();
    private final Map<String, Double> lastBucket = new HashMap<>();
    private String current = "";

    private PrometheusRules() {}

    static List<String> problems(String text) {
        PrometheusRules rules = new PrometheusRules();
        if (!text.endsWith("\n")) {
            rules.problems.add("the last line has no end");
        }
        text.lines().forEach(rules::line);
        rules.helped.stream().filter(name -> !rules.types.containsKey(name)).forEach(rules.problems::add);
        return rules.problems;
    }

    private void line(String line) {
        Matcher comment = COMMENT.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (comment.matches()) {
            comment(comment.group(1), comment.group(2), comment.group(3));
        } else if (sample.matches()) {
            sample(sample.group(1), sample.group(2) == null ? "" : sample.group(2), sample.group(5));
        } else {
            problems.add("neither a comment nor a sample: " + line);
        }
    }

    private void comment(String kind, String name, String rest) {
        begin(name);
        boolean first = kind.equals("HELP") ? helped.add(name) : types.put(name, rest) == null;
        if (!first) {
            problems.add("%s of %s a second time".formatted(kind, name));
        }
        if (kind.equals("HELP") && rest.isBlank()) {
            problems.add(name + " has no help");
        }
        if (kind.equals("TYPE")) {
            boolean counter = rest.equals("counter");
            if (counter != name.endsWith("_total")) {
                problems.add("%s is a %s".formatted(name, rest));
            }
            if (!Set.of("counter", "gauge", "histogram").contains(rest)) {
                problems.add("%s is of the type %s".formatted(name, rest));
            }
            if (name.matches(".*_(milliseconds|nanos|kilobytes|mib|minutes|hours|percent|bucket|count|sum)(_total)?")) {
                problems.add("%s is not in a base unit, or ends as a part of a histogram does".formatted(name));
            }
        }
    }

    /** All of a name stands together. */
    private void begin(String name) {
        if (!name.equals(current)) {
            if (!ended.add(current) || ended.contains(name)) {
                problems.add(name + " stands in two places");
            }
            current = name;
        }
    }

    private void sample(String name, String labels, String value) {
        String family = name;
        if (!types.containsKey(name)) {
            family = name.replaceFirst("_(bucket|sum|count)$", "");
            if (!"histogram".equals(types.get(family))) {
                problems.add(name + " has no type before it");
            }
        }
        begin(family);
        if (!series.add(name + "{" + labels + "}")) {
            problems.add("%s{%s} a second time".formatted(name, labels));
        }
        Set<String> names = new HashSet<>();
        Matcher label = LABEL.matcher(labels);
        while (label.find()) {
            if (!names.add(label.group(1))) {
                problems.add("%s has the label %s twice".formatted(name, label.group(1)));
            }
        }
        if (name.endsWith("_bucket")) {
            bucket(name, labels, Double.parseDouble(value), names.contains("le"));
        }
        if (name.endsWith("_total") && Double.parseDouble(value) < 0) {
            problems.add(name + " is below 0");
        }
    }

    /** Buckets count up, to the last, which has everything. */
    private void bucket(String name, String labels, double value, boolean bounded) {
        if (!bounded) {
            problems.add(name + " has no bound");
        }
        String key = name + labels.replaceFirst("le=\"[^\"]*\",?", "");
        if (lastBucket.getOrDefault(key, 0.0) > value) {
            problems.add("%s{%s} is below the bucket before".formatted(name, labels));
        }
        lastBucket.put(key, value);
    }
}
