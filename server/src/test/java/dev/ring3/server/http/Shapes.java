package dev.ring3.server.http;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds answers, and the description of an API, against its endpoints. */
public final class Shapes {
    private final Router router;

    public Shapes(Router router) {
        this.router = router;
    }

    /** Where an answer is not what its endpoint is said to answer. */
    public List<String> misfits(Method method, String target, JsonObject answer) {
        Route route = router.find(method, target.replaceFirst("\\?.*", "")).route();
        Shape shape = route.answer();
        return shape == null ? List.of("it answers, which is not described") : shape.misfits(answer);
    }

    /** Endpoints that a description lacks, or says too little of. */
    public List<String> undescribed(JsonObject paths) {
        List<String> findings = new ArrayList<>();
        for (Route route : router.routes()) {
            String method = route.method().name().toLowerCase(Locale.ROOT);
            String name = method + " " + route.template();
            if (!paths.has(route.template()) || !paths.object(route.template()).has(method)) {
                findings.add(name + " is missing");
                continue;
            }
            JsonObject operation = paths.object(route.template()).object(method);
            if (operation.text("summary").isEmpty()) {
                findings.add(name + " does not say what it is for");
            }
            if (operation.objects("parameters").size()
                    != route.pathParameters().size() + route.parameters().size()) {
                findings.add(name + " has other parameters");
            }
        }
        return findings;
    }
}
