package dev.ring3.server.litmus;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.Explanation;
import dev.ring3.litmus.HerdText;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusModel;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Outcome;
import dev.ring3.litmus.Picture;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Litmus tests, held against Ring3's model of BPF memory. */
public final class LitmusResource implements Resource {
    /** What one test may take: it runs on a thread that answers requests, and the search, samples and explanation are three. */
    private static final Duration TIME_MAX = Duration.ofSeconds(5);

    private static final int TURNS_MAX = 4;
    private static final int TEXT_CHARACTERS_MAX = 64 << 10;
    private static final int SAMPLES_MAX = 32;

    private static final Shape.Members PICTURE = Shape.object()
            .with(
                    "accesses",
                    Shape.array(Shape.object()
                            .with("name", Shape.text("a letter or two, by which it is called"))
                            .with("thread", Shape.whole("its thread's place among them; -1 for an initial write"))
                            .with("processor", Shape.whole("the number of the thread in the test"))
                            .with("text", Shape.text("what it does"))
                            .with("line", Shape.whole("of the test, where it stands; 0 for an initial write"))))
            .with(
                    "relations",
                    Shape.array(Shape.object()
                            .with("name", Shape.text("in the model: po, rf, co, fr and others"))
                            .with(
                                    "arrows",
                                    Shape.array(Shape.object()
                                            .with("from", Shape.whole("the place of an access, from 0"))
                                            .with("to", Shape.whole("that of another"))))));

    private final Semaphore one = new Semaphore(1);

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/litmus/tests", Access.READ, _ -> tests())
                .says("Litmus tests to begin with.")
                .answers(Shape.object()
                        .with("model", Shape.text("what the model calls itself"))
                        .with(
                                "tests",
                                Shape.array(Shape.object()
                                        .with("name", Shape.text("as the literature has it"))
                                        .with("about", Shape.text("what it asks"))
                                        .with("text", Shape.text("the test")))));
        routes.post("/api/v1/litmus/check", Access.ADMIN, this::check)
                .says(
                        "Holds a litmus test against the memory model of BPF; one at a time, for at most five seconds each.")
                .takes(Shape.object().with("text", Shape.text("the test, in herd's form")))
                .answers(Shape.object()
                        .with("name", Shape.text("of the test"))
                        .with("condition", Shape.text("what is asked"))
                        .with("verdict", Shape.choice("whether it is so", "yes", "no", "unknown"))
                        .with("observation", Shape.choice("how often", "Never", "Sometimes", "Always", "Unknown"))
                        .with("positive", Shape.whole("executions in which the proposition holds"))
                        .with("negative", Shape.whole("executions in which it does not"))
                        .with("milliseconds", Shape.real("what it took"))
                        .maybe("incomplete", Shape.text("why the search did not see everything"))
                        .with("states", Shape.array(Shape.text("how it may end")))
                        .with(
                                "samples",
                                Shape.array(Shape.object()
                                        .with("state", Shape.text("how it may end"))
                                        .with("holds", Shape.flag("whether the proposition holds then"))
                                        .with("picture", PICTURE)))
                        .maybe(
                                "explanation",
                                Shape.object()
                                        .with("axiom", Shape.text("that forbids it"))
                                        .with("lines", Shape.array(Shape.text("why, step by step")))
                                        .with("picture", PICTURE)));
    }

    private Response tests() {
        return Response.json(new JsonObject()
                .put("model", LitmusModel.standard().title())
                .putObjects(
                        "tests",
                        Classics.ALL.stream()
                                .map(each -> new JsonObject()
                                        .put("name", each.name())
                                        .put("about", each.about())
                                        .put("text", each.text()))
                                .toList()));
    }

    private Response check(Request request) {
        String text = request.json().text("text");
        if (text.length() > TEXT_CHARACTERS_MAX) {
            throw HttpException.badRequest("a test has at most %d characters".formatted(TEXT_CHARACTERS_MAX));
        }
        if (!one.tryAcquire()) {
            throw new HttpException(Status.TOO_MANY_REQUESTS, "EAGAIN", "another test is being checked");
        }
        try {
            LitmusTest test = LitmusParser.parse(text, Reading.STANDARD);
            // Made each time: few ask, and a server starts without it.
            return Response.json(answer(
                    test,
                    new Checker(LitmusModel.standard(), Reading.STANDARD, new Checker.Limits(TURNS_MAX, TIME_MAX))));
        } catch (LitmusException e) {
            throw new HttpException(Status.UNPROCESSABLE, "EINVAL", String.valueOf(e.getMessage()));
        } finally {
            one.release();
        }
    }

    private static JsonObject answer(LitmusTest test, Checker checker) {
        Outcome outcome = checker.check(test);
        JsonObject json = new JsonObject()
                .put("name", test.name())
                .put("condition", test.condition().text())
                .put("verdict", outcome.verdict().name().toLowerCase(Locale.ROOT))
                .put("observation", outcome.observation())
                .put("positive", outcome.positive())
                .put("negative", outcome.negative())
                .put("milliseconds", outcome.nanos() / 1e6, 3)
                .putTexts(
                        "states",
                        outcome.states().stream()
                                .map(state -> HerdText.state(test, state))
                                .toList())
                .putObjects(
                        "samples",
                        checker.samples(test, SAMPLES_MAX).stream()
                                .map(LitmusResource::json)
                                .toList());
        outcome.incompleteness().ifPresent(reason -> json.put("incomplete", reason));
        Optional<Explanation> explanation =
                outcome.witness().isEmpty() && outcome.incompleteness().isEmpty()
                        ? checker.explain(test)
                        : Optional.empty();
        explanation.ifPresent(found -> json.put(
                "explanation",
                new JsonObject()
                        .put("axiom", found.axiom())
                        .putTexts("lines", found.lines())
                        .put("picture", json(Picture.of(found)))));
        return json;
    }

    private static JsonObject json(Picture.Sample sample) {
        return new JsonObject()
                .put("state", sample.state())
                .put("holds", sample.holds())
                .put("picture", json(sample.picture()));
    }

    private static JsonObject json(Picture picture) {
        List<JsonObject> relations = picture.relations().entrySet().stream()
                .map(relation -> new JsonObject()
                        .put("name", relation.getKey())
                        .putObjects(
                                "arrows",
                                relation.getValue().stream()
                                        .map(arrow -> new JsonObject()
                                                .put("from", arrow.from())
                                                .put("to", arrow.to()))
                                        .toList()))
                .toList();
        return new JsonObject()
                .putObjects(
                        "accesses",
                        picture.accesses().stream()
                                .map(access -> new JsonObject()
                                        .put("name", access.name())
                                        .put("thread", access.thread())
                                        .put("processor", access.processor())
                                        .put("text", access.text())
                                        .put("line", access.line()))
                                .toList())
                .putObjects("relations", relations);
    }
}
