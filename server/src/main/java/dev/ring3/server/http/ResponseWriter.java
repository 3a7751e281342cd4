package dev.ring3.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes answers to a connection. For its thread. */
final class ResponseWriter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT);

    /** How often a stream of events without any says that it is alive, so that it is noticed when it is not. */
    private static final Duration PULSE = Duration.ofSeconds(5);

    private final WritableByteChannel channel;
    private final Deadline deadline;
    private final Dispatcher dispatcher;

    ResponseWriter(WritableByteChannel channel, Deadline deadline, Dispatcher dispatcher) {
        this.channel = channel;
        this.deadline = deadline;
        this.dispatcher = dispatcher;
    }

    /** Tells a client that waits to send its body (RFC 9110 section 10.1.1). */
    void goOn() throws IOException {
        write("HTTP/1.1 100 Continue\r\n\r\n");
    }

    /**
     * Writes an answer.
     *
     * @param bodiless whether only its head is wanted
     * @param keepAlive whether another request may come
     * @return whether the connection can go on
     */
    boolean write(Response response, boolean bodiless, boolean keepAlive) throws IOException, InterruptedException {
        return switch (response.body()) {
            case Response.Body.None _ -> {
                boolean lengthless = response.status() == Status.NO_CONTENT || response.status() == Status.NOT_MODIFIED;
                write(head(response, lengthless ? "" : "Content-Length: 0\r\n", keepAlive));
                yield keepAlive;
            }
            case Response.Body.Whole(byte[] bytes) -> {
                byte[] head = head(response, "Content-Length: %d\r\n".formatted(bytes.length), keepAlive)
                        .getBytes(StandardCharsets.ISO_8859_1);
                ByteBuffer all = ByteBuffer.allocate(head.length + (bodiless ? 0 : bytes.length));
                all.put(head);
                if (!bodiless) {
                    all.put(bytes);
                }
                write(all.flip());
                yield keepAlive;
            }
            case Response.Body.Pieces(Chunks chunks) -> {
                try (chunks) {
                    write(head(response, "Transfer-Encoding: chunked\r\n", keepAlive));
                    if (!bodiless) {
                        writePieces(chunks);
                    }
                }
                yield keepAlive;
            }
            case Response.Body.Events(EventSource source) -> {
                try (source) {
                    write(head(response, "", false));
                    if (!bodiless) {
                        writeEvents(source);
                    }
                }
                yield false;
            }
        };
    }

    private static String head(Response response, String framing, boolean keepAlive) {
        StringBuilder head = new StringBuilder("HTTP/1.1 %d %s\r\nDate: %s\r\n"
                .formatted(
                        response.status(),
                        Status.reason(response.status()),
                        DATE.format(ZonedDateTime.now(ZoneOffset.UTC))));
        response.headers().forEach(header -> head.append("%s: %s\r\n".formatted(header.name(), header.value())));
        if (response.headers().stream().noneMatch(header -> header.name().equalsIgnoreCase("Cache-Control"))) {
            head.append("Cache-Control: no-store\r\n");
        }
        head.append("X-Content-Type-Options: nosniff\r\n");
        return head.append(framing)
                .append(keepAlive ? "" : "Connection: close\r\n")
                .append("\r\n")
                .toString();
    }

    private void writePieces(Chunks chunks) throws IOException, InterruptedException {
        for (byte[] piece = dispatcher.onWorker(chunks::next);
                piece != null;
                piece = dispatcher.onWorker(chunks::next)) {
            if (piece.length > 0) {
                write("%x\r\n".formatted(piece.length));
                write(ByteBuffer.wrap(piece));
                write("\r\n");
            }
        }
        write("0\r\n\r\n");
    }

    private void writeEvents(EventSource source) throws IOException, InterruptedException {
        write(": hello\n\n"); // so that the client knows at once that it is connected
        while (!source.isEnded()) {
            deadline.never();
            EventSource.Event event = source.next(PULSE);
            write(
                    event == null
                            ? ": alive\n\n"
                            : "id: %d\nevent: %s\ndata: %s\n\n".formatted(event.id(), event.type(), event.data()));
        }
    }

    private void write(String text) throws IOException {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(ByteBuffer bytes) throws IOException {
        deadline.in(dispatcher.limits().bodyTime(), bytes.remaining());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        deadline.never();
    }
}
