package dev.ring3.server.metrics;

import dev.ring3.fs.vfs.ObservedOperation;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What was measured: the totals for Prometheus, the last minutes for the console. */
public final class MetricsResource implements Resource {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** What stands for a value that could not be had. */
    private static final long GAP = -1;

    private static final Shape.Members OPERATION = Shape.object()
            .with("operation", Shape.text("which"))
            .with("counts", Shape.array(Shape.whole("how many ended in the step")))
            .with("failures", Shape.array(Shape.whole("how many of them had no effect")))
            .with("bytes", Shape.array(Shape.whole("of content that they moved")))
            .with(
                    "latencies",
                    Shape.array(
                            Shape.array(Shape.whole("in turn: a class of latency, and how many fell into it, about"))));

    private static final Shape.Members SERIES = Shape.object()
            .with("name", Shape.text("as Prometheus has it"))
            .with("labels", Shape.any("what tells it from others of the name"))
            .with("kind", Shape.choice("of a counter its growth is given, of a gauge its value", "counter", "gauge"))
            .with("unit", Shape.choice("of the values", "bytes", "count", "nanoseconds"))
            .with("help", Shape.text("what it is"))
            .with("values", Shape.array(Shape.whole("in each step; -1 where it could not be had")));

    private final Metrics metrics;

    /** Of these. */
    public MetricsResource(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/metrics", Access.READ, _ -> Response.text(PROMETHEUS, metrics.prometheus()))
                .says("Everything since the start, in the text format of Prometheus.")
                .answersAs("text/plain");
        routes.get("/api/v1/metrics/history", Access.READ, this::history)
                .says("What happened in the last seconds, step by step, the oldest first.")
                .asks("seconds", "how far back, at most 600; 120 if not given")
                .asks("step", "how many seconds are taken together; 1 if not given")
                .answers(Shape.object()
                        .with("times", Shape.array(Shape.whole("when a step ended, in milliseconds since 1970")))
                        .with("seconds", Shape.array(Shape.real("how long it was")))
                        .with(
                                "latencyEndsNanos",
                                Shape.array(Shape.whole("where each class of latency but the last ends")))
                        .with("operations", Shape.array(OPERATION))
                        .with("series", Shape.array(SERIES)));
    }

    private Response history(Request request) {
        int seconds = (int) request.number("seconds", 120, History.SAMPLES_MAX);
        int step = (int) request.number("step", 1, History.SAMPLES_MAX);
        if (step == 0) {
            throw HttpException.badRequest("\"step\" is 0");
        }
        List<Sample> samples = metrics.history(seconds, step);
        JsonObject json = new JsonObject()
                .put("times", wholes(samples, sample -> sample.end().toEpochMilli()))
                .put(
                        "seconds",
                        Json.array(samples.stream()
                                .map(sample -> Json.of(sample.nanos() / NANOS_PER_SECOND, 3))
                                .toList()))
                .put(
                        "latencyEndsNanos",
                        Json.array(IntStream.range(0, LatencyScale.CLASSES - 1)
                                .mapToObj(i -> Json.of(LatencyScale.endNanos(i)))
                                .toList()));
        List<JsonObject> operations = new ArrayList<>();
        for (ObservedOperation operation : ObservedOperation.values()) {
            operations.add(ofOperation(samples, operation));
        }
        return Response.json(json.putObjects("operations", operations).putObjects("series", series(samples)));
    }

    private static JsonObject ofOperation(List<Sample> samples, ObservedOperation operation) {
        return new JsonObject()
                .put("operation", word(operation))
                .put("counts", wholes(samples, sample -> sample.operations().count(operation)))
                .put("failures", wholes(samples, sample -> sample.operations().failures(operation)))
                .put("bytes", wholes(samples, sample -> sample.operations().bytes(operation)))
                .put(
                        "latencies",
                        Json.array(samples.stream()
                                .map(sample -> sparse(sample.operations().latencies(operation)))
                                .toList()));
    }

    private static Json sparse(long[] counts) {
        return Json.array(IntStream.range(0, counts.length)
                .filter(i -> counts[i] != 0)
                .boxed()
                .flatMap(i -> LongStream.of(i, counts[i]).mapToObj(Json::of))
                .toList());
    }

    private static List<JsonObject> series(List<Sample> samples) {
        Set<Instrument> instruments = new LinkedHashSet<>();
        samples.forEach(sample -> instruments.addAll(sample.values().keySet()));
        return instruments.stream()
                .map(instrument -> {
                    JsonObject labels = new JsonObject();
                    instrument.labels().forEach(labels::put);
                    return new JsonObject()
                            .put("name", instrument.name())
                            .put("labels", labels)
                            .put("kind", word(instrument.kind()))
                            .put("unit", word(instrument.unit()))
                            .put("help", instrument.help())
                            .put(
                                    "values",
                                    wholes(samples, sample -> sample.values().getOrDefault(instrument, GAP)));
                })
                .toList();
    }

    private static Json wholes(List<Sample> samples, ToLongFunction<Sample> value) {
        return Json.array(samples.stream()
                .map(sample -> Json.of(value.applyAsLong(sample)))
                .toList());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
