package dev.ring3.server;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FsException;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.MemoryBudget;
import dev.ring3.fs.volume.Volume;
import dev.ring3.hooks.FileHookStore;
import dev.ring3.hooks.HookSettings;
import dev.ring3.hooks.Hooks;
import dev.ring3.hooks.ProcessExit;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.mm.cache.CacheStatistics;
import dev.ring3.server.access.AuditLog;
import dev.ring3.server.access.Doorkeeper;
import dev.ring3.server.api.Api;
import dev.ring3.server.console.ConsoleFiles;
import dev.ring3.server.export.Exports;
import dev.ring3.server.export.MountRequest;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.export.NfsExportsResource;
import dev.ring3.server.hook.ClientCaches;
import dev.ring3.server.hook.HookInstruments;
import dev.ring3.server.hook.HooksResource;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.litmus.LitmusResource;
import dev.ring3.server.metrics.CacheInstruments;
import dev.ring3.server.metrics.Instrument;
import dev.ring3.server.metrics.Instrument.Unit;
import dev.ring3.server.metrics.Metrics;
import dev.ring3.server.metrics.MetricsResource;
import dev.ring3.server.metrics.VolumeInstruments;
import dev.ring3.server.replication.Replications;
import dev.ring3.server.replication.ReplicationsResource;
import dev.ring3.server.replication.SourceSnapshots;
import dev.ring3.server.schedule.ScheduledSnapshots;
import dev.ring3.server.schedule.Schedules;
import dev.ring3.server.schedule.SchedulesResource;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server that runs. */
public final class Server implements AutoCloseable {
    private final Volume volume;
    private final Vfs vfs;
    private final Doorkeeper doorkeeper;
    private final Exports exports;
    private final Api api;
    private final Listeners listeners;
    private final DamageWatch damage;
    private final ServerStatus status;
    private final ProcessTree processes;
    private final Metrics metrics = new Metrics();
    private final @Nullable Hooks hooks;
    private final Schedules schedules;
    private final Replications replications;
    private final NfsFront nfs;

    /** Whether a mount is the one way to use it. */
    private final boolean endsWithMount;

    // Guarded by this object's monitor.
    private boolean closed;

    private Server(Volume volume, ServerOptions options) {
        InstantSource clock = InstantSource.system();
        this.volume = volume;
        this.vfs = new Vfs(volume, metrics.observer());
        VolumeInstruments.of(volume, vfs).forEach(metrics::add);
        CacheInstruments.of(volume).forEach(metrics::add);
        this.doorkeeper = new Doorkeeper(DataDirectory.tokens(options.data()), clock);
        AuditLog audit = new AuditLog(DataDirectory.audit(options.data()), clock);
        this.api = Api.ofServer(volume, vfs, doorkeeper, audit, HttpLimits.DEFAULT, clock);
        this.exports = new Exports(new Mounts(vfs, volume.subvolumes(), options.data(), api.events()));
        this.listeners = new Listeners(api.dispatcher());
        this.nfs = new NfsFront(volume, vfs, new KeptExports(DataDirectory.nfsExports(options.data())));
        exports.add(nfs::exports);
        this.endsWithMount = options.mount().isPresent()
                && options.http().isEmpty()
                && options.nfs().isEmpty();
        this.damage = new DamageWatch(
                api.events(),
                () -> volume.cacheStatistics()
                        .map(CacheStatistics::fillFailures)
                        .orElse(0L),
                () -> volume.cacheStatistics()
                        .map(CacheStatistics::writebackFailures)
                        .orElse(0L));
        RoomWatch room = new RoomWatch(options.data(), this::space);
        this.status = new ServerStatus(options.data(), clock.instant(), listeners, damage, room);
        this.schedules = new Schedules(
                DataDirectory.schedules(options.data()),
                new ScheduledSnapshots(volume.subvolumes(), api.events(), clock),
                api.jobs(),
                clock,
                System::nanoTime);
        this.replications = new Replications(
                DataDirectory.replications(options.data()),
                new SourceSnapshots(vfs, volume.subvolumes(), api.events(), clock),
                api.jobs(),
                clock,
                System::nanoTime);
        api.addServer(exports, status, nfs, metrics.hotFiles());
        api.add(new NfsExportsResource(nfs, api.events()));
        api.add(new SchedulesResource(schedules));
        api.add(new ReplicationsResource(replications, Api.job()));
        api.add(doorkeeper.resource());
        api.add(audit);
        api.add(new MetricsResource(metrics));
        api.add(new LitmusResource());
        api.add(new ConsoleFiles());
        this.hooks = options.hooks() ? hooks(options.data()) : null;
        this.processes = ProcessTree.mount(vfs, api.processEnds(), status::problem, this::processExited);
        metrics.add(
                Instrument.counter("ring3_jobs_failed_total", Unit.COUNT, "Jobs that failed.", api.jobs()::failures));
        metrics.start();
    }

    /** The programs that were attached before are asked again, before anybody is served. */
    private Hooks hooks(Path data) {
        Hooks opened = Hooks.open(volume, new FileHookStore(DataDirectory.hooks(data)), HookSettings.DEFAULT);
        opened.addListener(new ClientCaches(vfs, exports.mounts(), api.events()));
        api.add(new HooksResource(opened, volume));
        HookInstruments.of(opened).forEach(metrics::add);
        vfs.setHooks(opened);
        // What programs keep with a file ends with its last name. Ends with the volume.
        var _ = volume.observe((node, what, _) -> {
            if (what == ChangeListener.What.UNLINKED) {
                opened.inodeGone(node);
            }
        });
        return opened;
    }

    private void processExited(ProcessExit exit) {
        if (hooks != null) {
            hooks.processExited(exit);
        }
    }

    /**
     * Opens the volume and begins to serve it; begins an empty one in an empty or missing data directory. What this machine
     * lacks for one way to use it, FUSE or a free port, does not keep the others away: {@link #problems} says it.
     *
     * @throws FsException EBUSY if another server owns the data, by its name; EUCLEAN for a damaged volume; EOPNOTSUPP for
     *     one of a newer Ring3; ENOENT, ENOTDIR for the directory to mount on
     */
    public static Server start(ServerOptions options) {
        Volume volume = DataDirectory.open(options.data(), "ring3 serve", options.limitBytes(), options.memoryBytes());
        Server server;
        try {
            server = new Server(volume, options);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
        try {
            server.startFronts(options);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void startFronts(ServerOptions options) {
        DataDirectory.exposure(options.data()).ifPresent(status::problem);
        options.mount().ifPresent(place -> mount(new MountRequest(place, false, options.mountForOthers())));
        options.nfs().ifPresent(access -> nfs.start(access, DataDirectory.nfsState(options.data()), status::problem));
        listeners.openSocket(DataDirectory.controlSocket(options.data())).ifPresent(status::problem);
        options.http()
                .flatMap(address -> listeners.openHttp(address, doorkeeper, options.httpNames()))
                .ifPresent(status::problem);
        schedules.start();
        replications.start();
        damage.start();
        status.ready();
    }

    private void mount(MountRequest request) {
        try {
            exports.mounts().add(request);
        } catch (LinuxException | UnsupportedHostException e) {
            status.problem(
                    "%s is not mounted: %s%s".formatted(request.directory(), e.getMessage(), Advice.forMount(e)));
        }
    }

    /** The namespace that is served. */
    public Vfs vfs() {
        return vfs;
    }

    /** How much room there is. */
    public VolumeSpace space() {
        return vfs.attributes().space(vfs.root());
    }

    /** How much memory it may take outside of the heap. */
    public MemoryBudget memory() {
        return volume.memory();
    }

    /** Where it is served: {@code kind}, {@code address}, {@code readOnly}, {@code how}. */
    public List<JsonObject> exports() {
        return exports.list();
    }

    /** What was asked for and could not be started, a line each. */
    public List<String> problems() {
        return status.problems();
    }

    /** A URL that lets one browser in, once; empty without HTTP. */
    public Optional<String> loginUrl() {
        return doorkeeper.loginUrl();
    }

    /** Whether it still serves: it was not closed, and what it serves is not only a mount that is no longer there. */
    public synchronized boolean isServing() {
        return !closed && !(endsWithMount && exports.mounts().count() == 0);
    }

    /**
     * Takes requests no more and lets those that run end, takes the exports away, makes everything durable and closes the
     * volume. Closing it again has no effect.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        status.stopping();
        schedules.close();
        replications.close();
        damage.close();
        api.events().close();
        listeners.drain();
        try {
            nfs.close();
        } finally {
            closeBehindNfs();
        }
    }

    private void closeBehindNfs() {
        try {
            exports.mounts().close();
        } finally {
            listeners.close();
            api.close();
            metrics.close();
            processes.close();
            if (hooks != null) {
                hooks.close();
            }
            volume.close();
        }
    }
}
