package dev.ring3.hooks;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.HostObject;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.Request;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.lang.System.Logger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * BPF programs that are asked about a volume's operations. The package comment says how it works. Thread-safe; whoever
 * attaches and detaches must be somebody who may.
 */
public final class Hooks implements AccessHooks, AutoCloseable {
    private static final Logger LOG = System.getLogger(Hooks.class.getName());

    private final Volume volume;
    private final HookStore store;
    private final HookSettings settings;
    private final AuditLog audit;
    private final ThreadLocal<Asking> asking = ThreadLocal.withInitial(Asking::new);
    private final BpfRuntime runtime;
    private final HookLoader loader;
    private final CacheAttachment cache;
    private final RingReaders rings;
    private final Watchdog watchdog;
    private final List<HookListener> listeners = new CopyOnWriteArrayList<>();

    // Held by who replaces the table.
    private final ReentrantLock changes = new ReentrantLock();

    // Replaced under the lock, read by every operation.
    private volatile HookTable table;

    private Hooks(Volume volume, HookStore store, HookSettings settings) {
        this.volume = volume;
        this.store = store;
        this.settings = settings;
        this.audit = new AuditLog(settings.auditBytesMax());
        this.table = HookTable.empty(this::parent);
        this.runtime = BpfRuntime.builder()
                .engine(EngineKind.TIERED)
                .memoryLimit(settings.memoryBytesMax())
                .budget(settings.instructionsMax())
                .host(new HookHost(asking, audit))
                .build();
        HookFunctions functions = new HookFunctions(volume, asking, audit);
        this.loader = new HookLoader(runtime, functions.type(), functions.cacheType());
        this.cache = new CacheAttachment(volume, asking, this::fail);
        this.rings = new RingReaders(audit);
        this.watchdog = new Watchdog(() -> table, settings.runTimeMax());
    }

    /**
     * Attaches what the store keeps. An object that cannot be loaded any more is there as one that has failed.
     *
     * @throws FsException EUCLEAN for a damaged store, EIO for one that cannot be read
     */
    public static Hooks open(Volume volume, HookStore store, HookSettings settings) {
        Hooks hooks = new Hooks(volume, store, settings);
        try {
            hooks.restoreAll();
        } catch (RuntimeException e) {
            hooks.close();
            throw e;
        }
        return hooks;
    }

    private void restoreAll() {
        changes.lock();
        try {
            store.load().stream()
                    .sorted(Comparator.comparing(StoredHook::since).thenComparing(StoredHook::name))
                    .forEach(this::restore);
        } finally {
            changes.unlock();
        }
    }

    private void restore(StoredHook stored) {
        AttachedObject restored;
        if (stored.failure().isPresent()) {
            restored = new AttachedObject(stored);
        } else {
            restored = switch (loader.load(stored.object())) {
                case HookLoader.Loaded(BpfObject object, ObjectOptions _) -> begun(new AttachedObject(stored, object));
                case HookLoader.Unloadable(String reason, String _) -> notRestored(stored, reason);
            };
        }
        begin(restored);
    }

    /** The cache asks a policy from now on, before it is in the table. */
    private AttachedObject begun(AttachedObject object) {
        Optional<String> problem = cache.begin(object, table);
        problem.ifPresent(_ -> object.close());
        return problem.map(reason -> notRestored(object.stored(), reason)).orElse(object);
    }

    private static AttachedObject notRestored(StoredHook stored, String reason) {
        LOG.log(Logger.Level.ERROR, "{0} cannot be attached again: {1}", stored.name(), reason);
        return new AttachedObject(stored.withFailure("not attached again at the start: " + reason));
    }

    /** Lets an object be asked. */
    private void begin(AttachedObject object) {
        table = table.with(object);
        rings.read(object);
        if (!object.programs().isEmpty()) {
            watchdog.start();
        }
    }

    private Optional<SubvolumeId> parent(SubvolumeId subvolume) {
        try {
            SubvolumeInfo info = volume.subvolumes().info(subvolume);
            return Optional.ofNullable(info.place()).map(NodeId::subvolume);
        } catch (FsException _) {
            return Optional.empty(); // it is gone; nothing happens there any more
        }
    }

    /**
     * Verifies an object and lets it be asked, in place of the one of that name if there is one: each operation is asked
     * about to the one or the other. Durable on return.
     *
     * @throws FsException ENOENT for a scope that is not there, EMFILE for too many objects, EIO and ENOSPC of the store
     */
    public AttachResult attach(AttachRequest request) {
        if (request.scope() instanceof Scope.Subvolume(SubvolumeId id)) {
            requireSubvolume(id);
        }
        return switch (loader.load(request.object())) {
            case HookLoader.Unloadable(String reason, String log) -> new AttachResult.Refused(reason, log);
            case HookLoader.Loaded(BpfObject object, ObjectOptions wishes) -> {
                try {
                    yield attach(request, object, wishes);
                } catch (RuntimeException e) {
                    object.close();
                    throw e;
                }
            }
        };
    }

    private void requireSubvolume(SubvolumeId id) {
        try {
            SubvolumeInfo _ = volume.subvolumes().info(id);
        } catch (FsException _) {
            throw new FsException(Errno.ENOENT, "attach", id.toString());
        }
    }

    private AttachResult attach(AttachRequest request, BpfObject object, ObjectOptions wishes) {
        changes.lock();
        try {
            Optional<AttachedObject> before = table.find(request.name());
            if (before.isEmpty() && table.objects().size() >= settings.objectsMax()) {
                throw new FsException(Errno.EMFILE, "attach", settings.objectsMax() + " objects are attached");
            }
            // Of objects of equal order, who was there first is asked first; so who replaces one takes its time too.
            Instant since = before.map(old -> old.stored().since()).orElseGet(Instant::now);
            StoredHook stored = new StoredHook(
                    request.name(),
                    request.object(),
                    request.scope(),
                    request.options().order(),
                    request.options().observeOnly().orElse(wishes.observeOnly()),
                    request.options().failMode().orElse(wishes.failMode()),
                    since.truncatedTo(ChronoUnit.MILLIS),
                    object.programs().stream()
                            .map(program -> object.section(program.name()))
                            .toList(),
                    Optional.empty());
            AttachedObject attached = new AttachedObject(stored, object);
            store.put(stored);
            Optional<String> problem = cache.begin(attached, table);
            if (problem.isPresent()) {
                before.ifPresentOrElse(old -> store.put(old.stored()), () -> store.remove(request.name()));
                object.close();
                return new AttachResult.Refused(problem.get(), "");
            }
            begin(attached);
            before.ifPresent(old -> endReplaced(old, attached));
            tell(before.<HookEvent>map(old -> new HookEvent.Replaced(request.name(), points(old, attached)))
                    .orElseGet(() -> new HookEvent.Attached(request.name(), attached.filesystemPoints())));
            return new AttachResult.Attached(attached.info(), before.isPresent());
        } finally {
            changes.unlock();
        }
    }

    private static Set<HookPoint> points(AttachedObject one, AttachedObject other) {
        Set<HookPoint> points = EnumSet.noneOf(HookPoint.class);
        points.addAll(one.filesystemPoints());
        points.addAll(other.filesystemPoints());
        return points;
    }

    /**
     * Lets an object be asked no more, durably. Returns at once: runs that began finish.
     *
     * @return false if none is attached under the name
     * @throws FsException EIO of the store; then it is asked no more all the same, until the next start
     */
    public boolean detach(String name) {
        changes.lock();
        try {
            Optional<AttachedObject> found = table.find(name);
            if (found.isEmpty()) {
                return false;
            }
            table = table.without(name);
            end(found.get());
            tell(new HookEvent.Detached(name, found.get().filesystemPoints()));
            store.remove(name);
            return true;
        } finally {
            changes.unlock();
        }
    }

    private void end(AttachedObject object) {
        cache.end(object);
        close(object);
    }

    /** Where one policy follows another, the cache has not been without. */
    private void endReplaced(AttachedObject old, AttachedObject by) {
        if (by.isCachePolicy()) {
            close(old);
        } else {
            end(old);
        }
    }

    private void close(AttachedObject object) {
        rings.end(object);
        object.close();
    }

    /** All attached objects, in the order in which they were attached. */
    public List<AttachmentInfo> list() {
        return table.objects().stream().map(AttachedObject::info).toList();
    }

    /** The object of a name. */
    public Optional<AttachmentInfo> find(String name) {
        return table.find(name).map(AttachedObject::info);
    }

    /**
     * The programs of an attached object with what the verifier knew of them; none of one that failed. Verifies it again,
     * which may take as long as attaching it did.
     */
    public Optional<List<ProgramListing>> listing(String name) {
        return table.find(name).map(found -> {
            BpfObjectFile file = found.hasFailed()
                    ? null
                    : BpfObjectFile.parse(found.stored().object());
            return file == null ? List.of() : new Lister(file, loader.type(file)).programs();
        });
    }

    /** The maps of attached objects. */
    public HookMaps maps() {
        return new HookMaps(() -> table);
    }

    /** What programs wrote for people to read. */
    public AuditLog audit() {
        return audit;
    }

    /** Tells a listener what happens from now on. */
    public void addListener(HookListener listener) {
        listeners.add(listener);
    }

    private void tell(HookEvent event) {
        listeners.forEach(listener -> listener.happened(event));
    }

    @Override
    public boolean isAttached(HookPoint point) {
        return table.isAttached(AttachPoint.of(point));
    }

    @Override
    public void check(Request request) {
        AttachPoint point = AttachPoint.of(request.operation().point());
        ChainLink[] chain = table.chain(point, request.subvolume());
        if (chain.length == 0) {
            return;
        }
        Asking now = asking.get();
        now.begin(request);
        try {
            Round round = new Round(now, this::fail);
            if (!round.ask(chain)) {
                round.askOthers(() -> table.chain(point, request.subvolume()));
            }
            round.requireAllowed(request.operation());
        } finally {
            now.end();
        }
    }

    /** Tells programs at {@code proc/exit} that a process of this machine has ended. */
    public void processExited(ProcessExit exit) {
        if (!table.isAttached(AttachPoint.PROCESS_EXIT)) {
            return;
        }
        Asking now = asking.get();
        now.begin(exit);
        try {
            Round round = new Round(now, this::fail);
            if (!round.ask(table.chainOfServer(AttachPoint.PROCESS_EXIT))) {
                round.askOthers(() -> table.chainOfServer(AttachPoint.PROCESS_EXIT));
            }
        } finally {
            now.end();
        }
    }

    /** An inode has lost its last name: takes away what programs keep with it. */
    public void inodeGone(NodeId node) {
        runtime.objectGone(HostObject.inode(node.subvolume().value(), node.ino().value()));
    }

    /** Takes an object out of the table in which a program has failed; once, whoever comes first. */
    private void fail(AttachedObject object, String reason) {
        changes.lock();
        try {
            Optional<AttachedObject> present = table.find(object.name());
            if (present.isEmpty() || !present.get().equals(object)) {
                return;
            }
            AttachedObject failed = object.failed(reason);
            table = table.with(failed);
            end(object);
            LOG.log(Logger.Level.WARNING, "{0} is not asked any more: {1}", object.name(), reason);
            tell(new HookEvent.Failed(
                    object.name(),
                    object.filesystemPoints(),
                    reason,
                    object.stored().failMode()));
            keep(failed);
        } finally {
            changes.unlock();
        }
    }

    /** The operation that met the failure has nothing to do with a store that fails as well. */
    private void keep(AttachedObject failed) {
        try {
            store.put(failed.stored());
        } catch (FsException e) {
            LOG.log(Logger.Level.ERROR, "that {0} has failed is not kept: {1}", failed.name(), e.getMessage());
        }
    }

    /** Nobody is asked any more; what is kept stays kept. Operations must have ended, or find nobody to ask. */
    @Override
    public void close() {
        changes.lock();
        try {
            HookTable last = table;
            table = HookTable.empty(this::parent);
            last.objects().forEach(this::end);
        } finally {
            changes.unlock();
        }
        watchdog.close();
        rings.close();
        runtime.close();
        audit.close();
    }
}
