package dev.ring3.cli;

import dev.ring3.linux.ExitStatus;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.server.json.JsonObject;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 pid wait}: waits for the end of any process. */
@Command(
        name = "wait",
        description = {
            "Wait until a process has ended, and print how.",
            "",
            "It need not be a child: the kernel keeps the status for who holds the process, also when its parent has taken"
                    + " it. Exits 0 if the process did, 1 if it failed or was killed, 4 if the time is over. A process that"
                    + " had ended before is not to be found any more, which is 1 as well.",
            ""
        },
        footer = {"", "Example: ring3 pid wait 4711"})
final class PidWaitCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.pid.wait/1";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "PROCESS",
            converter = ProcessArgument.Converter.class,
            description = "Its number or its id.")
    private ProcessArgument process = new ProcessArgument.ByNumber(0);

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Wait no longer than that.")
    private @Nullable Long timeout;

    @Mixin
    private JsonOption json = new JsonOption();

    PidWaitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (timeout != null && timeout < 0) {
            throw CommandException.usage("--timeout %d: a time is not negative".formatted(timeout));
        }
        try (Pidfd pidfd = process.open()) {
            CompletableFuture<ExitStatus> end = pidfd.onReaped();
            try (Interrupts interrupts = Interrupts.watch(() -> end.cancel(false))) {
                ExitStatus status = timeout == null ? end.get() : end.get(timeout, TimeUnit.SECONDS);
                return interrupts.requested() ? ExitCode.INTERRUPTED : tell(pidfd, status);
            } catch (TimeoutException e) {
                terminal.err().println("ring3: %s has not ended within %d s".formatted(pidfd, timeout));
                return ExitCode.UNDECIDED;
            } catch (CancellationException e) {
                return ExitCode.INTERRUPTED;
            } catch (ExecutionException e) {
                throw switch (e.getCause()) {
                    case LinuxException refused -> refused;
                    case UnsupportedHostException lack -> lack;
                    case null, default -> new IllegalStateException("the reactor failed", e);
                };
            }
        }
    }

    private int tell(Pidfd pidfd, ExitStatus status) {
        if (json.isWanted()) {
            JsonObject answer = JsonObject.ofSchema(SCHEMA)
                    .put("pid", pidfd.pid())
                    .put("id", pidfd.id().toString())
                    .put("success", status.isSuccess());
            switch (status) {
                case ExitStatus.Exited(int code) -> answer.put("exited", code);
                case ExitStatus.Killed(var signal, boolean dumped) ->
                    answer.put("killed", signal.name())
                            .put("signal", signal.number())
                            .put("core_dumped", dumped);
            }
            terminal.out().println(answer);
        } else {
            terminal.out().println(status);
        }
        return status.isSuccess() ? ExitCode.OK : ExitCode.NEGATIVE;
    }
}
