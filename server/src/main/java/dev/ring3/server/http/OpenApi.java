package dev.ring3.server.http;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The endpoints as an OpenAPI 3.1 document. */
public final class OpenApi {
    private static final String JSON = "application/json";

    private OpenApi() {}

    /** The document. */
    public static JsonObject of(Router router, String version) {
        Map<String, JsonObject> paths = new LinkedHashMap<>();
        for (Route route : router.routes()) {
            paths.computeIfAbsent(route.template(), _ -> new JsonObject())
                    .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        JsonObject all = new JsonObject();
        paths.forEach(all::put);
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", "Ring3")
                                .put("version", version)
                                .put("description", "How a Ring3 server is asked and told; docs/server.md says more."))
                .put("paths", all)
                .put("components", components());
    }

    private static JsonObject components() {
        JsonObject bearer = new JsonObject().put("type", "http").put("scheme", "bearer");
        JsonObject cookie =
                new JsonObject().put("type", "apiKey").put("in", "cookie").put("name", "ring3_session");
        Shape error = Shape.object()
                .with(
                        "error",
                        Shape.object()
                                .with("code", Shape.text("in the manner of errno"))
                                .with("message", Shape.text("for people")));
        return new JsonObject()
                .put("securitySchemes", new JsonObject().put("token", bearer).put("browser", cookie))
                .put("schemas", new JsonObject().put("Error", error.schema()));
    }

    private static JsonObject operation(Route route) {
        List<JsonObject> parameters = new ArrayList<>();
        route.pathParameters().forEach(name -> parameters.add(parameter(name, "path", true, "which one")));
        route.parameters()
                .forEach(each -> parameters.add(parameter(each.name(), "query", each.required(), each.meaning())));
        JsonObject operation = new JsonObject()
                .put("operationId", id(route))
                .put("summary", route.summary())
                .put("x-ring3-access", route.access().name().toLowerCase(Locale.ROOT))
                .put("security", security(route))
                .putObjects("parameters", parameters);
        Shape taken = route.request();
        if (taken != null) {
            operation.put("requestBody", content(JSON, taken.schema()).put("required", true));
        } else if (route.isForBytes()) {
            operation.put(
                    "requestBody",
                    content(
                            "application/octet-stream",
                            new JsonObject().put("type", "string").put("format", "binary")));
        }
        JsonObject success = new JsonObject().put("description", "as asked");
        Shape answer = route.answer();
        if (answer != null) {
            success.putAll(content(JSON, answer.schema()));
        } else if (!route.answerType().isEmpty()) {
            success.putAll(content(route.answerType(), new JsonObject().put("type", "string")));
        }
        JsonObject error = new JsonObject()
                .put("description", "why not")
                .putAll(content(JSON, new JsonObject().put("$ref", "#/components/schemas/Error")));
        return operation.put("responses", new JsonObject().put("2XX", success).put("default", error));
    }

    /** A name for programs that are made of the document: {@code get_subvolumes_id}. */
    private static String id(Route route) {
        String path = route.template().replaceFirst("^/api/v1", "").replaceAll("[^A-Za-z0-9]+", "_");
        return route.method().name().toLowerCase(Locale.ROOT) + path.replaceFirst("_$", "");
    }

    private static Json security(Route route) {
        return route.access() == Access.PUBLIC
                ? Json.array(List.of())
                : Json.array(List.of(
                        new JsonObject().put("token", Json.array(List.of())),
                        new JsonObject().put("browser", Json.array(List.of()))));
    }

    private static JsonObject parameter(String name, String where, boolean required, String meaning) {
        return new JsonObject()
                .put("name", name)
                .put("in", where)
                .put("required", required)
                .put("description", meaning)
                .put("schema", new JsonObject().put("type", "string"));
    }

    private static JsonObject content(String type, JsonObject schema) {
        return new JsonObject().put("content", new JsonObject().put(type, new JsonObject().put("schema", schema)));
    }
}
