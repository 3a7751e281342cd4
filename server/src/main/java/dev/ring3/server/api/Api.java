package dev.ring3.server.api;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.server.event.Events;
import dev.ring3.server.event.ProcessEnds;
import dev.ring3.server.export.Exports;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.Dispatcher;
import dev.ring3.server.http.Gate;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Router;
import dev.ring3.server.http.Shape;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.metrics.HotFiles;
import java.lang.module.ModuleDescriptor;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The API of a volume: what can be asked and done whether it is served or not; a server adds what only it has. Ends with
 * its volume's user, before the volume is closed.
 */
public final class Api implements AutoCloseable {
    private final Router router = new Router();
    private final VolumePaths paths;
    private final Events events;
    private final ProcessEnds processEnds;
    private final ProcessWatch processWatch;
    private final Jobs jobs;
    private final Dispatcher dispatcher;

    private Api(Volume volume, Vfs vfs, Gate gate, Audit audit, HttpLimits limits, InstantSource clock) {
        this.paths = new VolumePaths(volume, vfs);
        this.events = new Events(clock);
        this.processEnds = new ProcessEnds(events);
        this.processWatch = new ProcessWatch(processEnds);
        this.jobs = new Jobs(events, clock);
        this.dispatcher = new Dispatcher(router, gate, audit, limits);
        router.add(new VolumeResource(paths))
                .add(new SubvolumesResource(paths, events, new SnapshotNames(clock), clock))
                .add(new SnapshotsResource(paths))
                .add(new StreamsResource(paths))
                .add(new BackupResource(paths))
                .add(new FilesResource(paths))
                .add(new JobsResource(jobs, new Audits(volume)))
                .add(new OpenApiResource(router, version()));
    }

    /** That of a volume which this process has open and nobody else uses. */
    public static Api inProcess(Volume volume) {
        Gate nobody = (_, _) -> {
            throw new IllegalStateException("nothing listens");
        };
        InstantSource clock = InstantSource.system();
        return new Api(volume, new Vfs(volume), nobody, Audit.NONE, HttpLimits.DEFAULT, clock);
    }

    /** That of a server. */
    public static Api ofServer(Volume volume, Vfs vfs, Gate gate, Audit audit, HttpLimits limits, InstantSource clock) {
        return new Api(volume, vfs, gate, audit, limits, clock);
    }

    /** Adds what a server has besides: who uses it and how, and what happens in it. */
    public void addServer(Exports exports, StatusSource status, NfsClients nfs, HotFiles hotFiles) {
        VolumeResource volume = new VolumeResource(paths);
        router.add(new HealthResource(status::isReady))
                .add(new EventsResource(events))
                .add(new ExportsResource(exports))
                .add(new ClientsResource(paths, nfs, events))
                .add(new HoldingsResource(paths, nfs))
                .add(new CacheResource(paths, hotFiles))
                .add(new ProcessesResource(exports.mounts(), processWatch))
                .add(new StatusResource(status, volume, exports, jobs));
    }

    /** Adds a resource that was made elsewhere. */
    public void add(Resource resource) {
        router.add(resource);
    }

    public Events events() {
        return events;
    }

    /** Where the ends of processes are told. */
    public ProcessEnds processEnds() {
        return processEnds;
    }

    public Jobs jobs() {
        return jobs;
    }

    /** What takes requests to their endpoints. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** What a job looks like. */
    public static Shape job() {
        return JobsResource.JOB;
    }

    Router router() {
        return router;
    }

    /** Ring3's version. */
    public static String version() {
        return Optional.ofNullable(Api.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("(unpackaged)");
    }

    @Override
    public void close() {
        processWatch.close();
        jobs.close();
        events.close();
        dispatcher.close();
    }
}
