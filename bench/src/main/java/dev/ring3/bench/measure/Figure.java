package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One thing that was measured of one subject: the same form in every benchmark.
 *
 * @param group what is measured, the same words for all subjects beside each other: {@code randread 512 B, cached}
 * @param subject of which: {@code ring3}, {@code pread}
 * @param unit of the samples: {@code ns}, {@code op/s}
 * @param better which samples are the better ones
 * @param samples the median of each fork, in the order in which the forks ran
 * @param ratio to another subject of the group, where there is one
 * @param quality how well the processors served it
 * @param parameters that a chart has on an axis: {@code bs} 512
 * @param latency how the times of single operations are spread, where they were taken
 */
public record Figure(
        String group,
        String subject,
        String unit,
        Better better,
        List<Double> samples,
        Optional<Ratio> ratio,
        Quality quality,
        Map<String, Double> parameters,
        Optional<Latency> latency) {
    public Figure {
        samples = List.copyOf(samples);
        parameters = Map.copyOf(parameters);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("%s of %s has no sample".formatted(group, subject));
        }
    }

    /** Which of two samples is better. */
    public enum Better {
        LESS,
        MORE
    }

    /**
     * How many times as much as another subject, each fork's by what was measured next to it.
     *
     * @param to the other subject
     */
    public record Ratio(String to, List<Double> samples) {
        public Ratio {
            samples = List.copyOf(samples);
        }
    }

    /**
     * How well the processors served a measurement.
     *
     * @param shareLeast the least part of the time in which its threads had a processor, of the samples that are kept; 1 where
     *     they are to wait for something else
     * @param discarded samples that were thrown away, because others had the processors
     */
    public record Quality(double shareLeast, int discarded) {
        /** Nothing is known to have been in the way. */
        public static final Quality UNDISTURBED = new Quality(1, 0);

        /** The worse of both. */
        public Quality and(Quality other) {
            return new Quality(Math.min(shareLeast, other.shareLeast), discarded + other.discarded);
        }
    }

    /**
     * Times of single operations.
     *
     * @param nanos for each of {@link LatencyHistogram#PERCENTILES}, in their order
     * @param batch how many operations one reading of the clock is shared by; what is given is their mean
     */
    public record Latency(List<Long> nanos, long batch) {
        public Latency {
            nanos = List.copyOf(nanos);
        }
    }

    /** A figure without anything that is not always there. */
    public static Figure of(String group, String subject, String unit, Better better, List<Double> samples) {
        return new Figure(
                group,
                subject,
                unit,
                better,
                samples,
                Optional.empty(),
                Quality.UNDISTURBED,
                Map.of(),
                Optional.empty());
    }

    public Figure withRatio(String to, List<Double> ratios) {
        return ratios.isEmpty()
                ? this
                : new Figure(
                        group,
                        subject,
                        unit,
                        better,
                        samples,
                        Optional.of(new Ratio(to, ratios)),
                        quality,
                        parameters,
                        latency);
    }

    public Figure withQuality(Quality of) {
        return new Figure(group, subject, unit, better, samples, ratio, of, parameters, latency);
    }

    public Figure withLatency(Latency of) {
        return new Figure(group, subject, unit, better, samples, ratio, quality, parameters, Optional.of(of));
    }

    public Figure withParameters(Map<String, Double> of) {
        return new Figure(group, subject, unit, better, samples, ratio, quality, of, latency);
    }

    /** The median of the forks, their least and greatest. */
    public Spread spread() {
        return Spread.of(samples);
    }

    /** What tells it from all others of a document. */
    public String name() {
        return "%s: %s, %s".formatted(group, subject, unit);
    }

    /** As a member of a document's figures. */
    public JsonText json() {
        JsonText json = new JsonText()
                .put("group", group)
                .put("subject", subject)
                .put("unit", unit)
                .put("better", better == Better.LESS ? "less" : "more")
                .put("value", spread())
                .putNumbers("samples", samples)
                .put("processor_share_least", quality.shareLeast())
                .put("discarded", quality.discarded());
        ratio.ifPresent(of -> json.put(
                "ratio",
                new JsonText()
                        .put("to", of.to())
                        .put("value", Spread.of(of.samples()))
                        .putNumbers("samples", of.samples())));
        JsonText axes = new JsonText();
        new TreeMap<>(parameters).forEach(axes::put);
        json.put("parameters", axes);
        latency.ifPresent(of -> {
            JsonText percentiles = new JsonText();
            for (int i = 0; i < of.nanos().size(); i++) {
                percentiles.put(
                        LatencyHistogram.name(LatencyHistogram.PERCENTILES.get(i)),
                        of.nanos().get(i));
            }
            json.put(
                    "latency",
                    new JsonText().put("operations_per_clock", of.batch()).put("percentiles", percentiles));
        });
        return json;
    }

    static Figure parse(JsonNode node) {
        Map<String, Double> parameters = new TreeMap<>();
        node.find("parameters")
                .ifPresent(axes -> axes.members().forEach((name, value) -> parameters.put(name, value.number())));
        return new Figure(
                node.text("group"),
                node.text("subject"),
                node.text("unit"),
                node.text("better").equals("more") ? Better.MORE : Better.LESS,
                node.at("samples").numbers(),
                node.find("ratio")
                        .map(of -> new Ratio(of.text("to"), of.at("samples").numbers())),
                new Quality(node.number("processor_share_least"), (int) node.number("discarded")),
                parameters,
                node.find("latency").map(Figure::latency));
    }

    private static Latency latency(JsonNode node) {
        List<Long> nanos = new ArrayList<>();
        for (double percentile : LatencyHistogram.PERCENTILES) {
            nanos.add((long) node.at("percentiles").number(LatencyHistogram.name(percentile)));
        }
        return new Latency(nanos, (long) node.number("operations_per_clock"));
    }
}
