package dev.ring3.cli;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.Explanation;
import dev.ring3.litmus.HerdText;
import dev.ring3.litmus.HtmlReport;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusModel;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.Outcome;
import dev.ring3.litmus.RuntimeTarget;
import dev.ring3.litmus.RuntimeVerdict;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 litmus run}: tests against a model. */
@Command(
        name = "run",
        description = {
            "Find all final states that a memory model allows for litmus tests.",
            "",
            "FILE is a test in the public litmus format, for BPF. The output has the layout of herd7's, so that scripts"
                    + " which compare its logs work. A test whose condition does not hold makes the exit status 1, one that"
                    + " was not decided 4, one that cannot be read 2.",
            ""
        },
        footer = {"", "Example: ring3 litmus run mp.litmus --explain"})
final class LitmusRunCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.litmus.run/1";
    private static final int MILLIS_PER_SECOND = 1000;

    private final Terminal terminal;
    private final CommandFiles files;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The tests; - is standard input.")
    private List<String> tests = new ArrayList<>();

    @Mixin
    private LitmusOptions options = new LitmusOptions();

    @Option(
            names = "--explain",
            fallbackValue = "true",
            description =
                    "Also show an execution that is asked for and allowed or, in words, the cycle that forbids it.")
    private boolean explain;

    @Option(
            names = "--states",
            fallbackValue = "true",
            description = "Print each test's final states and nothing else; the exit status is the same.")
    private boolean states;

    @Option(names = "--json", fallbackValue = "true", description = "Print the outcomes as JSON.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write one page with outcomes and pictures too.")
    private @Nullable String html;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many tests at a time. Default: as many as processors.")
    private int jobs;

    @Option(
            names = "--on",
            paramLabel = "ENGINE",
            description =
                    "Run the tests on an engine, jit or interpreter of Ring3's own or the running kernel's, instead of only"
                            + " checking them: every final state that is seen has to be one that the model allows. A run in"
                            + " which the machine shows no weak outcome is reported as void, with exit status 4.")
    private @Nullable RunsOn on;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "With --on: how long each test runs. Default: ${DEFAULT-VALUE}.")
    private double seconds = 2;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --on: of strides, orders and lags. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    /** Where tests can run. */
    enum RunsOn {
        jit(RuntimeTarget.JIT),
        interpreter(RuntimeTarget.INTERPRETER),
        kernel(RuntimeTarget.KERNEL);

        private final RuntimeTarget target;

        RunsOn(RuntimeTarget target) {
            this.target = target;
        }
    }

    LitmusRunCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    /** A test that was run, or what is wrong with it. */
    private record Result(
            String file,
            String source,
            @Nullable Outcome outcome,
            Optional<Explanation> explanation,
            @Nullable String problem) {}

    @Override
    public Integer call() {
        LitmusModel model = new LitmusFiles(files).model(options.model());
        if (on != null) {
            return runOn(on.target, model);
        }
        Checker checker = new Checker(model, options.reading(), options.limits());
        List<Result> results = run(checker);
        int status = results.stream().mapToInt(this::status).max().orElse(ExitCode.OK);
        for (Result result : results) {
            if (result.problem() != null) {
                terminal.err().println("ring3: %s: %s".formatted(CommandFiles.name(result.file()), result.problem()));
            }
        }
        if (json) {
            print(JsonObject.ofSchema(SCHEMA)
                            .put("model", title(model))
                            .putObjects(
                                    "tests",
                                    results.stream().map(LitmusRunCommand::json).toList())
                    + "\n");
        }
        if (html != null) {
            files.write(html, HtmlReport.of(title(model), entries(results)).getBytes(StandardCharsets.UTF_8));
        }
        return status;
    }

    /** One test after the other, so that each has the machine for itself. */
    private int runOn(RuntimeTarget target, LitmusModel model) {
        if (!(seconds > 0) || seconds > Integer.MAX_VALUE) {
            throw CommandException.usage("--seconds is more than 0");
        }
        target.unavailable().ifPresent(reason -> {
            throw CommandException.unsupported("the kernel's BPF cannot be used: " + reason);
        });
        int status = ExitCode.OK;
        for (String file : tests) {
            try {
                LitmusTest test = LitmusParser.parse(new LitmusFiles(files).text(file), LitmusTest.Reading.STANDARD);
                RuntimeVerdict verdict = RuntimeVerdict.of(
                        test, test, model, target, Duration.ofMillis((long) (seconds * MILLIS_PER_SECOND)), seed);
                print(verdict.text());
                status = Math.max(
                        status,
                        switch (verdict.answer()) {
                            case PASS -> ExitCode.OK;
                            case VIOLATION -> ExitCode.NEGATIVE;
                            case VOID -> ExitCode.UNDECIDED;
                        });
            } catch (LitmusException problem) {
                terminal.err().println("ring3: %s: %s".formatted(CommandFiles.name(file), problem.getMessage()));
                status = Math.max(status, ExitCode.USAGE);
            }
        }
        return status;
    }

    private static String title(LitmusModel model) {
        return model.title().isEmpty() ? "without a title" : model.title();
    }

    private List<Result> run(Checker checker) {
        int threads =
                jobs > 0 ? jobs : Math.min(tests.size(), Runtime.getRuntime().availableProcessors());
        List<Result> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads);
                ProgressLine progress = new ProgressLine(terminal)) {
            List<Future<Result>> futures = new ArrayList<>();
            for (String test : tests) {
                futures.add(pool.submit(() -> check(checker, test)));
            }
            for (Future<Result> future : futures) {
                Result result = get(future);
                results.add(result);
                if (!json) {
                    print(text(result));
                }
                if (results.size() < tests.size()) {
                    progress.show("%d of %d tests".formatted(results.size(), tests.size()));
                }
            }
        }
        return results;
    }

    private static Result get(Future<Result> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private Result check(Checker checker, String file) {
        String source = new LitmusFiles(files).text(file);
        try {
            LitmusTest test = LitmusParser.parse(source, options.reading());
            Outcome outcome = checker.check(test);
            boolean wanted =
                    (explain || json || html != null) && outcome.witness().isEmpty();
            Optional<Explanation> explanation =
                    wanted && outcome.incompleteness().isEmpty() ? checker.explain(test) : Optional.empty();
            return new Result(file, source, outcome, explanation, null);
        } catch (LitmusException problem) {
            return new Result(file, source, null, Optional.empty(), String.valueOf(problem.getMessage()));
        }
    }

    private int status(Result result) {
        Outcome outcome = result.outcome();
        if (outcome == null) {
            return ExitCode.USAGE;
        }
        return switch (outcome.verdict()) {
            case YES -> ExitCode.OK;
            case NO -> ExitCode.NEGATIVE;
            case UNKNOWN -> ExitCode.UNDECIDED;
        };
    }

    private void print(String text) {
        terminal.out().print(text);
        terminal.out().flush();
    }

    private String text(Result result) {
        Outcome outcome = result.outcome();
        if (outcome == null) {
            return "";
        }
        StringBuilder text = new StringBuilder(states ? HerdText.states(outcome) + "\n" : HerdText.of(outcome));
        outcome.incompleteness()
                .ifPresent(reason -> terminal.err().println("ring3: %s: %s".formatted(result.file(), reason)));
        outcome.fault()
                .ifPresent(fault -> terminal.err()
                        .println("ring3: %s: some executions have no final state: %s"
                                .formatted(result.file(), fault.getMessage())));
        if (explain) {
            outcome.witnessLines()
                    .forEach(line -> text.append("  ").append(line).append('\n'));
            result.explanation()
                    .ifPresent(explanation -> explanation
                            .lines()
                            .forEach(line -> text.append(line).append('\n')));
            text.append('\n');
        }
        return text.toString();
    }

    private static JsonObject json(Result result) {
        JsonObject object = new JsonObject().put("file", result.file());
        Outcome outcome = result.outcome();
        if (outcome == null) {
            return object.put("error", String.valueOf(result.problem()));
        }
        LitmusTest test = outcome.test();
        object.put("name", test.name())
                .put("kind", test.condition().quantifier().kind())
                .put("condition", test.condition().text())
                .put("verdict", outcome.verdict().name().toLowerCase(java.util.Locale.ROOT))
                .put("observation", outcome.observation())
                .put("positive", outcome.positive())
                .put("negative", outcome.negative())
                .putTexts(
                        "states",
                        outcome.states().stream()
                                .map(state -> HerdText.state(test, state))
                                .toList())
                .put("milliseconds", outcome.nanos() / 1e6, 3);
        if (!outcome.flags().isEmpty()) {
            object.putTexts("flags", outcome.flags());
        }
        outcome.incompleteness().ifPresent(reason -> object.put("incomplete", reason));
        outcome.fault().ifPresent(fault -> object.put("fault", String.valueOf(fault.getMessage())));
        if (!outcome.witnessLines().isEmpty()) {
            object.putTexts("witness", outcome.witnessLines());
        }
        result.explanation().ifPresent(explanation -> object.putTexts("explanation", explanation.lines()));
        return object;
    }

    private static List<HtmlReport.Entry> entries(List<Result> results) {
        List<HtmlReport.Entry> entries = new ArrayList<>();
        for (Result result : results) {
            Outcome outcome = result.outcome();
            if (outcome != null) {
                entries.add(new HtmlReport.Entry(result.source(), outcome, result.explanation()));
            }
        }
        return entries;
    }
}
