package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ring3 doctor}: what this machine offers and lacks. */
@Command(
        name = "doctor",
        description = {
            "Say what this machine offers and lacks, and what follows from it.",
            "",
            "Exits 3 if something is missing; Ring3 does without it, as is said.",
            ""
        },
        footer = {"", "Example: ring3 doctor"})
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private JsonOption json = new JsonOption();

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<MachineCheck> checks = MachineChecks.all(terminal.environment());
        if (json.isWanted()) {
            terminal.out()
                    .println(JsonObject.ofSchema("ring3.doctor/1")
                            .putObjects(
                                    "checks",
                                    checks.stream().map(DoctorCommand::json).toList()));
        } else {
            List<List<String>> rows = new ArrayList<>();
            checks.forEach(check -> rows.add(List.of(mark(check), check.name(), text(check))));
            TextTable.lines(rows).forEach(terminal.out()::println);
        }
        boolean complete = checks.stream().noneMatch(check -> check.state() == MachineCheck.State.MISSING);
        return complete ? ExitCode.OK : ExitCode.UNSUPPORTED;
    }

    private static String mark(MachineCheck check) {
        return switch (check.state()) {
            case FOUND -> "+";
            case MISSING -> "-";
            case NOTED -> " ";
        };
    }

    private static String text(MachineCheck check) {
        return check.means().isEmpty() ? check.found() : check.found() + ": " + check.means();
    }

    private static JsonObject json(MachineCheck check) {
        return new JsonObject()
                .put("name", check.name())
                .put("state", check.state().name().toLowerCase(Locale.ROOT))
                .put("found", check.found())
                .put("means", check.means());
    }
}
