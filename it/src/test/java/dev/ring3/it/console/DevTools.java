package dev.ring3.it.console;

import dev.ring3.server.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A connection to one page of a browser, in the Chrome DevTools Protocol. */
final class DevTools implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final BiConsumer<String, JsonObject> events;
    private final WebSocket socket;

    private DevTools(URI address, BiConsumer<String, JsonObject> events) {
        this.events = events;
        this.socket =
                http.newWebSocketBuilder().buildAsync(address, new Reader()).join();
    }

    /**
     * Connects.
     *
     * @param events is told the method and parameters of each event; must not ask
     */
    static DevTools connect(URI address, BiConsumer<String, JsonObject> events) {
        return new DevTools(address, events);
    }

    /** Asks for something, and gives the result. */
    JsonObject ask(String method, JsonObject parameters) {
        long number = numbers.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        String text = new JsonObject()
                .put("id", number)
                .put("method", method)
                .put("params", parameters)
                .toString();
        socket.sendText(text, true).join();
        try {
            JsonObject message = answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            if (message.has("error")) {
                throw new IllegalStateException(method + ": " + message.object("error"));
            }
            return message.object("result");
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(method, e);
        }
    }

    JsonObject ask(String method) {
        return ask(method, new JsonObject());
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }

    /** Puts messages together, and gives them to who waits for them. */
    private final class Reader implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
            text.append(piece);
            if (last) {
                JsonObject message = JsonObject.parse(text.toString());
                text.setLength(0);
                if (message.has("id")) {
                    CompletableFuture<JsonObject> answer = waiting.remove(message.number("id"));
                    if (answer != null) {
                        answer.complete(message);
                    }
                } else {
                    events.accept(message.text("method"), message.object("params"));
                }
            }
            from.request(1);
            return null;
        }
    }
}
