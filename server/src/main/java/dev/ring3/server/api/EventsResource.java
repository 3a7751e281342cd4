package dev.ring3.server.api;

import dev.ring3.server.event.Events;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;

/** What happens, as it happens. */
final class EventsResource implements Resource {
    private final Events events;

    EventsResource(Events events) {
        this.events = events;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/events", Access.READ, this::listen)
                .says(
                        "A stream of events (Server-Sent Events), from now on or behind the one in Last-Event-ID; \"missed\""
                                + " stands where some were lost.")
                .answersAs("text/event-stream");
    }

    private Response listen(Request request) {
        long after = request.header("Last-Event-ID")
                .filter(id -> id.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(-1L);
        return Response.events(events.listen(request.caller().name(), after));
    }
}
