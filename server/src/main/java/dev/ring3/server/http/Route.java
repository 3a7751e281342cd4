package dev.ring3.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An endpoint, and what is said of it: the description of the API is made of these. */
public final class Route {
    /** Where nothing is to be sent, so much is read and forgotten: some clients always send an object. */
    private static final int NO_BODY_BYTES_MAX = 1024;

    /** What takes the request. */
    sealed interface Target {
        /** Something that answers it. */
        record Answering(Handler handler) implements Target {}

        /** Something that takes its body as it comes. */
        record Uploading(UploadHandler handler) implements Target {}
    }

    /** A parameter of the query. */
    public record Parameter(String name, boolean required, String meaning) {}

    private final Method method;
    private final String template;
    private final List<String> segments;
    private final Access access;
    private final Target target;
    private final List<Parameter> parameters = new ArrayList<>();
    private String summary = "";
    private @Nullable Shape request;
    private @Nullable Shape answer;
    private int bodyBytesMax;
    private boolean forReceivers;
    private boolean takesBytes;
    private String answerType = "";

    Route(Method method, String template, Access access, Target target) {
        this.method = method;
        this.template = template;
        this.segments = List.of(template.substring(1).split("/", -1));
        this.access = access;
        this.target = target;
    }

    /** What it does, in a sentence. */
    public Route says(String sentence) {
        summary = sentence;
        return this;
    }

    /** A parameter of the query. */
    public Route asks(String name, String meaning) {
        parameters.add(new Parameter(name, false, meaning));
        return this;
    }

    /** A parameter of the query that has to be there. */
    public Route needs(String name, String meaning) {
        parameters.add(new Parameter(name, true, meaning));
        return this;
    }

    /** The object that is to be sent. */
    public Route takes(Shape shape) {
        request = shape;
        return this;
    }

    /** The object that comes back. */
    public Route answers(Shape shape) {
        answer = shape;
        return this;
    }

    /** What comes back that is no object: its media type. */
    public Route answersAs(String mediaType) {
        answerType = mediaType;
        return this;
    }

    /** Bytes are to be sent, not an object. */
    public Route takesBytes() {
        takesBytes = true;
        return this;
    }

    /** The length of a body that is not the usual one. */
    public Route upTo(int bytesMax) {
        bodyBytesMax = bytesMax;
        return this;
    }

    /** Lets those in, too, who bring copies; the handler looks at {@link Identity#receiving}. */
    public Route forReceivers() {
        forReceivers = true;
        return this;
    }

    boolean isForReceivers() {
        return forReceivers;
    }

    Method method() {
        return method;
    }

    String template() {
        return template;
    }

    Access access() {
        return access;
    }

    Target target() {
        return target;
    }

    String summary() {
        return summary;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** The names in braces. */
    List<String> pathParameters() {
        return segments.stream()
                .filter(Route::isParameter)
                .map(Route::parameterName)
                .toList();
    }

    @Nullable
    Shape request() {
        return request;
    }

    @Nullable
    Shape answer() {
        return answer;
    }

    /** The media type of what comes back, if it is no object; empty otherwise. */
    String answerType() {
        return answerType;
    }

    boolean isForBytes() {
        return takesBytes || target instanceof Target.Uploading;
    }

    int bodyBytesMax(int usual) {
        if (bodyBytesMax != 0) {
            return bodyBytesMax;
        }
        return request == null && !takesBytes ? Math.min(usual, NO_BODY_BYTES_MAX) : usual;
    }

    /** The parameters of a path, or null if it is not of this route. */
    @Nullable
    Map<String, String> match(List<String> path) {
        if (path.size() != segments.size()) {
            return null;
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (isParameter(segment)) {
                found.put(parameterName(segment), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return null;
            }
        }
        return found;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    private static String parameterName(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
