package dev.ring3.it.console;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A browser without a window and without a past. */
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final int START_SECONDS_MAX = 60;

    private final Process process;
    private final URI address;

    private Chromium(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /**
     * Starts one.
     *
     * @param profile an empty directory for what it writes
     */
    static Chromium start(Path profile) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("log").toFile());
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        // It writes there where it listens.
        Path port = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!Files.exists(port) || Files.size(port) == 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("chromium did not start: " + Files.readString(profile.resolve("log")));
            }
            Thread.sleep(20);
        }
        String number = Files.readAllLines(port).getFirst();
        return new Chromium(process, URI.create("http://127.0.0.1:" + number));
    }

    /** Its one page. */
    Tab tab() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest list = HttpRequest.newBuilder(address.resolve("/json")).build();
            String text = http.send(list, HttpResponse.BodyHandlers.ofString()).body();
            return JsonObject.parse("{\"targets\": %s}".formatted(text)).objects("targets").stream()
                    .filter(target -> target.text("type").equals("page"))
                    .map(target -> new Tab(URI.create(target.text("webSocketDebuggerUrl"))))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            // They write into the profile, which is about to be deleted.
            for (ProcessHandle child : children) {
                child.destroyForcibly();
                child.onExit().get(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a process of chromium does not end", e);
        }
    }

    /** A JavaScript string. */
    static String quoted(String text) {
        return Json.of(text).toString();
    }
}
