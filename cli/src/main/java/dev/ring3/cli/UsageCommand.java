package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ring3 snapshot usage}. */
@Command(
        name = "usage",
        description = {
            "Show what subvolumes or snapshots alone hold, which comes free when they are deleted, and what they share.",
            "",
            "Exact at one moment, as data is stored. Takes as long as there are extents.",
            ""
        },
        footer = {"", "Example: ring3 snapshot usage / /.snapshots/monday"})
final class UsageCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "A subvolume or snapshot.")
    private List<String> paths = new ArrayList<>();

    UsageCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return volume.with(api -> {
            List<JsonObject> found = new ArrayList<>();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ALONE", "SHARED", "PATH"));
            for (String path : paths) {
                JsonObject usage = api.get("%s/%d/usage".formatted(Targets.SUBVOLUMES, Targets.id(api, path)));
                found.add(new JsonObject().put("path", path).putAll(usage));
                rows.add(List.of(
                        ByteSize.text(usage.number("exclusiveBytes")),
                        ByteSize.text(usage.number("sharedBytes")),
                        path));
            }
            JsonObject answer = new JsonObject().putObjects("subvolumes", found);
            json.print(terminal, "ring3.snapshot.usage/1", answer, String.join("\n", TextTable.lines(rows)));
            return ExitCode.OK;
        });
    }
}
