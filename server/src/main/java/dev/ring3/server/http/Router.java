package dev.ring3.server.http;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All endpoints. They are added before anything is served, or while it is. */
public final class Router implements Routes {
    /** An endpoint, and what stands at its parameters. */
    record Match(Route route, Map<String, String> parameters) {}

    private static final List<String> NOT_FILES = List.of("api", "metrics", "health");

    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Handler files;

    /** Adds what a resource has. */
    public Router add(Resource resource) {
        resource.routes(this);
        return this;
    }

    @Override
    public Route add(Method method, String path, Access access, Handler handler) {
        return add(new Route(method, path, access, new Route.Target.Answering(handler)));
    }

    @Override
    public Route upload(Method method, String path, Access access, UploadHandler handler) {
        return add(new Route(method, path, access, new Route.Target.Uploading(handler)));
    }

    private Route add(Route route) {
        routes.stream()
                .filter(each ->
                        each.method() == route.method() && each.template().equals(route.template()))
                .findAny()
                .ifPresent(_ -> {
                    throw new IllegalStateException("two endpoints %s %s".formatted(route.method(), route.template()));
                });
        routes.add(route);
        return route;
    }

    @Override
    public void files(Handler handler) {
        files = handler;
    }

    /** All endpoints, in the order they were added. */
    List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The endpoint for a request; 404 and 405 as an {@link HttpException}. */
    Match find(Method method, String rawPath) {
        List<String> path = segments(rawPath);
        Method asked = method == Method.HEAD ? Method.GET : method;
        Match best = null;
        Set<Method> others = EnumSet.noneOf(Method.class);
        for (Route route : routes) {
            Map<String, String> parameters = route.match(path);
            if (parameters == null) {
                continue;
            }
            others.add(route.method());
            if (route.method() == asked
                    && (best == null || parameters.size() < best.parameters().size())) {
                best = new Match(route, parameters);
            }
        }
        if (best != null) {
            return best;
        }
        Handler ofFiles = files;
        if (others.isEmpty() && ofFiles != null && asked == Method.GET && !NOT_FILES.contains(path.getFirst())) {
            return new Match(new Route(Method.GET, "/", Access.PUBLIC, new Route.Target.Answering(ofFiles)), Map.of());
        }
        if (others.isEmpty()) {
            throw HttpException.notFound("there is no " + rawPath);
        }
        throw new HttpException(
                Status.METHOD_NOT_ALLOWED,
                "EOPNOTSUPP",
                "%s takes %s".formatted(rawPath, others.stream().map(Enum::name).collect(Collectors.joining(", "))));
    }

    /** The parts of a path, decoded; one that has more than one meaning is refused. */
    static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String raw : rawPath.substring(1).split("/", -1)) {
            String segment = Percent.text(Percent.decode(raw, false));
            boolean odd = segment.equals(".")
                    || segment.equals("..")
                    || segment.chars().anyMatch(c -> c < ' ' || c == '/' || c == '\\' || c == 0x7f);
            if (odd || (segment.isEmpty() && !rawPath.equals("/") && !rawPath.endsWith("/"))) {
                throw HttpException.badRequest("a path with parts that name no place");
            }
            segments.add(segment);
        }
        return segments;
    }
}
