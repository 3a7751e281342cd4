package dev.ring3.server.access;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonException;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * What was done through the API, and by whom: a line of JSON each, in a file of the data directory. A file that is full
 * becomes the {@code .1} of it, and the one before that goes.
 */
public final class AuditLog implements Audit, Resource {
    private static final Logger LOG = System.getLogger(AuditLog.class.getName());
    private static final long FILE_BYTES_MAX = 16 << 20;
    private static final int SHOWN_MAX = 1000;
    private static final int SHOWN_USUAL = 100;
    private static final int TARGET_CHARS_MAX = 1024;

    private final Path file;
    private final InstantSource clock;

    // Guarded by this object's monitor.
    private final Deque<JsonObject> latest = new ArrayDeque<>();

    /** Goes on with the log in this file, or begins it. */
    public AuditLog(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        try {
            if (!Files.exists(file)) {
                new OwnerFile(file).replace("");
            }
            try (var lines = Files.lines(file)) {
                lines.forEach(this::remember);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + file + " cannot be read", e);
        }
    }

    private void remember(String line) {
        try {
            remember(JsonObject.parse(line));
        } catch (JsonException e) {
            LOG.log(Logger.Level.WARNING, "a line of {0} that is none; a crash cut it short", file);
        }
    }

    private void remember(JsonObject entry) {
        latest.add(entry);
        if (latest.size() > SHOWN_MAX) {
            latest.remove();
        }
    }

    @Override
    public synchronized void record(Identity who, String method, String target, int status) {
        JsonObject entry = new JsonObject()
                .put("time", clock.instant().toString())
                .put("who", who.name())
                .put("method", method)
                .put("target", target.substring(0, Math.min(target.length(), TARGET_CHARS_MAX)))
                .put("status", status);
        remember(entry);
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                new OwnerFile(file).replace("");
            }
            Files.writeString(file, entry.compact() + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.log(Logger.Level.ERROR, "what was done cannot be logged: " + entry.compact(), e);
        }
    }

    @Override
    public void routes(Routes routes) {
        Shape entry = Shape.object()
                .with("time", Shape.text("when"))
                .with("who", Shape.text("by which credential, from where"))
                .with("method", Shape.text("of the request"))
                .with("target", Shape.text("its path and query"))
                .with("status", Shape.whole("how it was answered"));
        routes.get("/api/v1/audit", Access.ADMIN, this::show)
                .says("What was done, or tried, the latest first.")
                .asks("limit", "how many at most; 100 if not given")
                .answers(Shape.object().with("entries", Shape.array(entry)));
    }

    private synchronized Response show(Request request) {
        List<JsonObject> entries = new ArrayList<>(latest);
        Collections.reverse(entries);
        long limit = request.number("limit", SHOWN_USUAL, SHOWN_MAX);
        return Response.json(new JsonObject()
                .putObjects("entries", entries.stream().limit(limit).toList()));
    }
}
