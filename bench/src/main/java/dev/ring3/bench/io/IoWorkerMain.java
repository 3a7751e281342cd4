package dev.ring3.bench.io;

import dev.ring3.bench.measure.ChildSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A child JVM that measures one engine: the file is open as long as it lives, and its code is compiled for that engine alone.
 *
 * <pre>
 * ENGINE SIZE-BYTES MEMORY-BYTES PLACE     the arguments
 * run JOB-LINE                             a question: the lines of a run
 * warm                                     all of the file into the cache: nothing
 * </pre>
 */
public final class IoWorkerMain {
    private IoWorkerMain() {}

    /** The JVM's entry. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String first = questions.readLine(); // an answer has to follow even where nothing can be opened
        try (Target target = new Targets(Path.of(arguments[3]), Long.parseLong(arguments[2]))
                .open(IoEngine.of(arguments[0]), Long.parseLong(arguments[1]))) {
            JobRunner runner = new JobRunner(target);
            for (String question = first; question != null; question = questions.readLine()) {
                if (question.equals("warm")) {
                    target.warm();
                } else {
                    IoJob job = IoJob.parse(question.substring("run ".length()));
                    IoRunText.lines(runner.run(job)).forEach(out::println);
                }
                out.println(ChildSession.END);
                out.flush();
            }
        } catch (RuntimeException e) {
            String why = e instanceof Target.IoFailure ? e.getMessage() : e.toString();
            out.println(ChildSession.FAILED + String.valueOf(why).replace('\n', ' '));
            out.println(ChildSession.END);
            out.flush();
        }
    }
}
