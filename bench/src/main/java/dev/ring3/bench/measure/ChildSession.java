package dev.ring3.bench.measure;

import dev.ring3.bench.measure.ChildJvm.ChildException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A child JVM that measures again and again what it is asked to: so several of them can take turns within a second, each with
 * code that was compiled for one subject alone. A question is a line; the answer is lines up to {@value #END}.
 */
public final class ChildSession implements AutoCloseable {
    /** The line that ends an answer. */
    public static final String END = ".";

    /** How the line begins that says why there is no answer. */
    public static final String FAILED = "failed ";

    private static final long END_SECONDS_MAX = 60;

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final Path errors;

    private ChildSession(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    static ChildSession start(List<String> command, Path directory) throws ChildException {
        try {
            Path errors = Files.createTempFile(directory, "child", ".err");
            return new ChildSession(
                    new ProcessBuilder(command)
                            .redirectError(Redirect.to(errors.toFile()))
                            .start(),
                    errors);
        } catch (IOException e) {
            throw new ChildException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Asks.
     *
     * @throws ChildException if it says that it cannot, ends, or does not answer in time; it is of no use then
     */
    public List<String> ask(String question, long secondsMax) throws ChildException, InterruptedException {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(answer(question));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            List<String> lines = answer.get(secondsMax, TimeUnit.SECONDS);
            if (!lines.isEmpty() && lines.getLast().startsWith(FAILED)) {
                throw new ChildException(lines.getLast().substring(FAILED.length()));
            }
            return lines;
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new ChildException("no answer within %d s".formatted(secondsMax));
        } catch (ExecutionException e) {
            throw new ChildException(ended());
        }
    }

    private List<String> answer(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        List<String> lines = new ArrayList<>();
        for (String line = answers.readLine(); !END.equals(line); line = answers.readLine()) {
            if (line == null) {
                throw new IOException("it ended");
            }
            lines.add(line);
        }
        return lines;
    }

    private String ended() throws InterruptedException {
        process.waitFor(1, TimeUnit.SECONDS);
        try {
            return ChildJvm.lastLine(
                    Files.readString(errors, StandardCharsets.UTF_8), process.isAlive() ? 0 : process.exitValue());
        } catch (IOException e) {
            return "it ended";
        }
    }

    /** Lets it end. */
    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
