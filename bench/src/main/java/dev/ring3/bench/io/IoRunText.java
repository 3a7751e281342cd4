package dev.ring3.bench.io;

import dev.ring3.bench.measure.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run as lines of words, between the process that measures and the one that reports. */
final class IoRunText {
    private IoRunText() {}

    static List<String> lines(IoRun run) {
        List<String> lines = new ArrayList<>();
        side(lines, "reads", run.reads);
        side(lines, "writes", run.writes);
        side(lines, "syncs", run.syncs);
        lines.add("due " + run.due.text());
        lines.add("times %d %d %d %d".formatted(run.wallNanos, run.busyNanos, run.cpuNanos, run.batch));
        lines.add("usage " + usage(run.usage));
        lines.add("process " + usage(run.process));
        lines.add(String.format(Locale.ROOT, "resident %s %s", run.residentBefore, run.residentAfter));
        run.counters.forEach((name, count) -> lines.add("counter %s %d".formatted(name, count)));
        run.facts.forEach((name, fact) -> lines.add("fact %s %s".formatted(name, fact)));
        return lines;
    }

    private static void side(List<String> lines, String name, IoRun.Side side) {
        lines.add("%s %d %s".formatted(name, side.operations, side.latency.text()));
    }

    private static String usage(HostCalls.Usage usage) {
        return "%d %d %d %d %d %d"
                .formatted(
                        usage.userNanos(),
                        usage.systemNanos(),
                        usage.minorFaults(),
                        usage.majorFaults(),
                        usage.voluntary(),
                        usage.involuntary());
    }

    static IoRun parse(List<String> lines) {
        IoRun run = new IoRun();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "reads" -> parse(run.reads, words);
                case "writes" -> parse(run.writes, words);
                case "syncs" -> parse(run.syncs, words);
                case "due" -> run.due.add(LatencyHistogram.parse(words[1]));
                case "times" -> {
                    run.wallNanos = Long.parseLong(words[1]);
                    run.busyNanos = Long.parseLong(words[2]);
                    run.cpuNanos = Long.parseLong(words[3]);
                    run.batch = Long.parseLong(words[4]);
                }
                case "usage" -> run.usage = usage(words);
                case "process" -> run.process = usage(words);
                case "resident" -> {
                    run.residentBefore = Double.parseDouble(words[1]);
                    run.residentAfter = Double.parseDouble(words[2]);
                }
                case "counter" -> run.counters.put(words[1], Long.parseLong(words[2]));
                case "fact" -> run.facts.put(words[1], line.substring(words[0].length() + words[1].length() + 2));
                default -> {} // what a JVM or a library prints
            }
        }
        return run;
    }

    private static void parse(IoRun.Side side, String[] words) {
        side.operations = Long.parseLong(words[1]);
        side.latency.add(LatencyHistogram.parse(words[2]));
    }

    private static HostCalls.Usage usage(String[] words) {
        return new HostCalls.Usage(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]));
    }
}
