package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;

/** Waits for a job of a server, and shows on a terminal how far it is. An interruption lets the job stop. */
final class JobWatch {
    private static final long POLL_MILLIS = 50;

    private JobWatch() {}

    /**
     * A job as it ended.
     *
     * @param word what is said before how far it is
     */
    static JsonObject await(Terminal terminal, ApiClient api, String word, JsonObject started) {
        String target = "/api/v1/jobs/" + started.number("id");
        JsonObject job = started;
        try (ProgressLine progress = new ProgressLine(terminal);
                Interrupts interrupts = Interrupts.watch(() -> {})) {
            while (job.text("state").equals("running")) {
                if (interrupts.requested()) {
                    api.call("DELETE", target, null);
                }
                progress.show(text(word, job));
                Thread.sleep(POLL_MILLIS);
                job = api.get(target);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.negative("interrupted");
        }
        return job;
    }

    private static String text(String word, JsonObject job) {
        long done = job.number("done");
        long total = job.number("total", -1);
        String part = total > 0 ? ", %d %%".formatted(Math.min(100, done * 100 / total)) : "";
        if (job.text("unit").equals("bytes")) {
            return total > 0
                    ? "%s: %s of %s%s".formatted(word, ByteSize.text(done), ByteSize.text(total), part)
                    : "%s: %s".formatted(word, ByteSize.text(done));
        }
        return total > 0
                ? "%s: %d of %d %s%s".formatted(word, done, total, job.text("unit"), part)
                : "%s: %d %s".formatted(word, done, job.text("unit"));
    }
}
