package dev.ring3.server.api;

import dev.ring3.linux.PidfdId;
import dev.ring3.linux.Processes;
import dev.ring3.linux.RunningProcess;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** The processes of this machine, as the server sees them. */
final class ProcessesResource implements Resource {
    private static final double MILLIS_PER_SECOND = 1000;

    /** So that an answer has an end. */
    private static final int HELD_MAX = 10_000;

    private static final Shape.Members PROCESS = Shape.object()
            .with("pid", Shape.whole("its number, which is used again when it is gone"))
            .maybe("id", Shape.whole("its inode in pidfs, which is not"))
            .with("parent", Shape.whole("the number of whose child it is; 0 if that is out of sight"))
            .with("uid", Shape.whole("who started it"))
            .with(
                    "state",
                    Shape.text("the kernel's letter: R runs, S waits, D cannot be woken, Z has ended, T is stopped"))
            .with("name", Shape.text("of its program"))
            .with("command", Shape.array(Shape.text("arguments")))
            .maybe("cgroup", Shape.text("its control group of version 2"))
            .with("cpuSeconds", Shape.real("how long it ran"))
            .with("residentBytes", Shape.whole("how much of its memory is there"));

    private static final Shape.Members HELD = Shape.object()
            .with("pid", Shape.whole("the number of the process"))
            .with("how", Shape.choice("what holds it", "open", "cwd", "root", "exe"))
            .with("path", Shape.text("where the file is on this machine, below a mount"))
            .with("deleted", Shape.flag("whether it has lost that name"));

    private final Mounts mounts;
    private final ProcessWatch watch;

    ProcessesResource(Mounts mounts, ProcessWatch watch) {
        this.mounts = mounts;
        this.watch = watch;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/processes/files", Access.ADMIN, _ -> files())
                .says("Which processes of this machine hold files of the volume through its mounts here, as far as the"
                        + " kernel lets the server see.")
                .answers(Shape.object().with("files", Shape.array(HELD)));
        routes.get("/api/v1/processes", Access.READ, _ -> processes())
                .says(
                        "The processes of this machine, by number. While they are asked for, every 15 seconds at least, the"
                                + " end of each is an event: proc.exit.")
                .answers(Shape.object().with("processes", Shape.array(PROCESS)));
    }

    private Response processes() {
        List<RunningProcess> all = Processes.list();
        watch.looked(all);
        return Response.json(new JsonObject()
                .putObjects(
                        "processes", all.stream().map(ProcessesResource::json).toList()));
    }

    private Response files() {
        List<Path> directories = mounts.list().stream()
                .map(mount -> Path.of(mount.text("address")))
                .toList();
        return Response.json(new JsonObject()
                .putObjects(
                        "files",
                        new HeldFiles(Path.of("/proc"), directories)
                                .list(HELD_MAX).stream()
                                        .map(ProcessesResource::json)
                                        .toList()));
    }

    private static JsonObject json(HeldFiles.Held held) {
        return new JsonObject()
                .put("pid", held.pid())
                .put("how", held.how())
                .put("path", held.path())
                .put("deleted", held.deleted());
    }

    private static JsonObject json(RunningProcess process) {
        JsonObject json = new JsonObject().put("pid", process.pid());
        if (process.id() instanceof PidfdId.Inode(var _, long inode)) {
            json.put("id", inode);
        }
        json.put("parent", process.ids().parentId())
                .put("uid", Integer.toUnsignedLong(process.credentials().uid()))
                .put("state", String.valueOf(process.state()))
                .put("name", process.name())
                .putTexts("command", process.command());
        process.cgroup().ifPresent(group -> json.put("cgroup", group));
        return json.put("cpuSeconds", process.cpuTime().toMillis() / MILLIS_PER_SECOND, 2)
                .put("residentBytes", process.residentBytes());
    }
}
