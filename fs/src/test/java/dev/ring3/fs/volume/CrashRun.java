package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.SimulatedDisk;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Random operations on a volume, and after each of them crashes that keep any prefix of what is not durable yet. Each
 * volume that such a crash leaves must open by itself, be clean, hold exactly what the operations until some moment made,
 * with all that was synced, and show no change attribute that was seen before with other content. Now and then the crash is
 * real, and the run goes on from what it left.
 */
final class CrashRun {
    /** What is done wrong on purpose, to see that it is seen. */
    enum Fault {
        NONE,
        /** A crash takes away what was durable. */
        LOSES_DURABLE,
        /** The disk forgets what was forced. */
        DISK_LIES,
        /** What waits to be named is forced only after it was named. */
        LATE_FORCE,
        /** Half of a batch is there. */
        TORN_BATCH,
        /** What is known of inodes is forgotten, with what was written to them and not yet named. */
        FORGETS_WRITTEN,
        /** After a crash the volume takes itself for one that was stopped in good order. */
        NO_FLOOR
    }

    private static final int SUBVOLUMES_MAX = 6;
    private static final int SEGMENTS_MAX = 64;
    private static final int WRITTEN_BEFORE_STRUCTURE = 4;

    private final Random random;
    private final Fault fault;
    private final ChangeHistory history = new ChangeHistory();
    private final Moments moments = new Moments();
    private TreeMap<SubvolumeId, Model> models = new TreeMap<>();
    private Map<SubvolumeId, Boolean> frozen = new TreeMap<>();
    private SimulatedDisk device;
    private TestDisk disk;
    private Volume volume;
    private boolean inSync; // what happens on the disk now changes nothing that anybody sees
    private String last = "nothing";
    private int names;
    private int states;

    CrashRun(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        this.device = new SimulatedDisk(random, SEGMENTS_MAX, this::crashPoint);
        this.disk = TestDisk.losing(device);
        this.volume = open();
        models.put(SubvolumeId.FIRST, Model.empty());
        frozen.put(SubvolumeId.FIRST, false);
        sync();
    }

    private Volume open() {
        if (fault == Fault.DISK_LIES) {
            device.lie();
        } else if (fault == Fault.LATE_FORCE) {
            device.late();
        }
        Volume opened = disk.open();
        disk.store().whenWritten(this::crashPoint);
        return opened;
    }

    int states() {
        return states;
    }

    String last() {
        return last;
    }

    /** One operation, and some crashes after it; in the middle of it if it is a sync. */
    void step() {
        if (random.nextInt(6) == 0) {
            syncOne();
        } else {
            operate();
        }
        device.settle();
        remember();
        if (random.nextInt(8) == 0) {
            last = "sync";
            sync();
        }
        models.forEach((id, model) -> history.lookAtSome(volume, id, model, random, 2));
        crash(disk.medium.lastWritten());
        crash(anyKept());
        long durable = disk.medium.lastDurable().value();
        if (fault == Fault.LOSES_DURABLE && durable > 1) {
            crash(new TransactionId(random.nextInt((int) durable)));
        }
        if (random.nextInt(50) == 0) {
            goOnAfterCrash(anyKept());
        }
    }

    /** At least what is durable. */
    private TransactionId anyKept() {
        long durable = disk.medium.lastDurable().value();
        long written = disk.medium.lastWritten().value();
        return new TransactionId(durable + random.nextInt((int) (written - durable) + 1));
    }

    private void remember() {
        moments.add(disk.medium.lastWritten(), models, frozen);
    }

    private void sync() {
        inSync = true;
        try {
            volume.syncAll();
        } finally {
            inSync = false;
        }
        device.settle();
        assertThat(disk.medium.lastDurable()).isEqualTo(disk.medium.lastWritten());
        moments.restart(disk.medium.lastWritten(), models, frozen);
    }

    private void syncOne() {
        SubvolumeId id = anyWritable();
        ModelRun run = run(id);
        inSync = true;
        try {
            if (run.sync() != null) {
                last = run.last();
                run.settled().forEach(ino -> moments.settled(id, ino));
            }
        } finally {
            inSync = false;
        }
    }

    private SubvolumeId anyWritable() {
        List<SubvolumeId> writable = models.keySet().stream()
                .filter(id -> !Objects.requireNonNull(frozen.get(id)))
                .toList();
        return writable.get(random.nextInt(writable.size()));
    }

    private ModelRun run(SubvolumeId id) {
        return new ModelRun(volume, id, Reserved.ROOT, Objects.requireNonNull(models.get(id)), random);
    }

    /** Before and after everything that reaches the disk or the store. */
    private void crashPoint() {
        if (inSync) {
            inSync = false;
            // Elsewhere: what another volume does is not done under the locks that this one has here.
            CompletableFuture.runAsync(() -> {
                        crash(disk.medium.lastWritten());
                        crash(anyKept());
                    })
                    .join();
            inSync = true;
        }
    }

    private void operate() {
        boolean failing = random.nextInt(20) == 0;
        TreeMap<SubvolumeId, Model> before = new TreeMap<>();
        if (failing) {
            models.forEach((id, model) -> before.put(id, model.copy()));
            disk.store().failWrite(0, random.nextBoolean() ? Errno.EIO : Errno.ENOSPC);
        }
        try {
            if (random.nextInt(16) == 0) {
                if (!failing) {
                    writeSome();
                }
                structure();
                forgetIfFault();
                // What it moves about is not what any subvolume shows: also of what no batch has yet, so no crash keeps
                // it.
                models.forEach((id, model) -> model.requireSame(volume, id));
            } else {
                SubvolumeId id = anyWritable();
                ModelRun run = run(id);
                run.mayFail(failing);
                if (random.nextBoolean()) {
                    run.dataStep();
                } else {
                    run.step();
                }
                ran(id, run);
            }
        } catch (FsException e) {
            if (!failing || (e.errno() != Errno.EIO && e.errno() != Errno.ENOSPC)) {
                throw e;
            }
            models = before;
        } finally {
            disk.store().stopFailing();
        }
    }

    private void ran(SubvolumeId id, ModelRun run) {
        last = run.last();
        run.settled().forEach(ino -> moments.settled(id, ino));
    }

    /** So that there is something that no batch has yet. */
    private void writeSome() {
        for (int i = 0; i < WRITTEN_BEFORE_STRUCTURE; i++) {
            SubvolumeId id = anyWritable();
            ModelRun run = run(id);
            run.dataStep();
            ran(id, run);
            device.settle();
            remember();
        }
    }

    private SubvolumeId any() {
        List<SubvolumeId> all = new ArrayList<>(models.keySet());
        return all.get(random.nextInt(all.size()));
    }

    private void structure() {
        SubvolumeId id = any();
        SubvolumeControl control = volume.subvolumes();
        if (random.nextBoolean() && models.size() < SUBVOLUMES_MAX) {
            boolean readOnly = random.nextBoolean();
            last = "snapshot of " + id;
            SubvolumeId snapshot = control.snapshot(id, Name.of("s" + names++), readOnly);
            models.put(snapshot, Objects.requireNonNull(models.get(id)).copy());
            frozen.put(snapshot, readOnly);
            moments.settled(id, Objects.requireNonNull(models.get(id)));
            moments.begun(snapshot);
        } else if (random.nextBoolean()) {
            boolean below = control.list().stream().anyMatch(each -> id.equals(each.origin()));
            if (!id.equals(SubvolumeId.FIRST) && !below) {
                last = "deletion of " + id;
                control.delete(id);
                models.remove(id);
            }
        } else {
            SubvolumeId target = any();
            if (!id.equals(target) && !Objects.requireNonNull(frozen.get(id))) {
                last = "rollback of %s to %s".formatted(id, target);
                control.rollback(id, target, Optional.empty());
                models.put(id, Objects.requireNonNull(models.get(target)).copy());
                moments.settled(target, Objects.requireNonNull(models.get(target)));
                moments.begun(id);
            }
        }
    }

    /** As the cleaner would that moves what is stored of inodes, if it did not name first what was written to them. */
    private void forgetIfFault() {
        if (fault == Fault.FORGETS_WRITTEN) {
            models.keySet().forEach(id -> volume.parts.core().inodes().forEach(id, live -> live.state = null));
        }
    }

    /** Opens what a crash would leave that keeps transactions up to this one. */
    private void crash(TransactionId kept) {
        states++;
        SimulatedDisk.Loss loss = SimulatedDisk.Loss.values()[random.nextInt(4)];
        TestDisk left = sabotaged(disk.afterCrash(kept, device.peek(loss, random)), kept);
        try (Volume after = left.open()) {
            assertThat(after.check().findings()).isEmpty();
            history.requireKept(after, moments.require(after, kept).models());
        }
    }

    private TestDisk sabotaged(TestDisk left, TransactionId kept) {
        if (fault == Fault.TORN_BATCH) {
            Batch next = disk.store().batch(new TransactionId(kept.value() + 1));
            if (next != null && next.changes().size() > 1) {
                tear(left, next);
            }
        }
        if (fault == Fault.NO_FLOOR) {
            try (OrderedStore store = left.medium.open("the fault")) {
                MountState state = MountState.decode(Objects.requireNonNull(store.get(KeyLayout.mount())));
                store.write(
                        new Batch().put(KeyLayout.mount(), state.withClean(true).encode()));
            }
        }
        return left;
    }

    private static void tear(TestDisk left, Batch whole) {
        Batch half = new Batch();
        for (Batch.Change change : whole.changes().subList(0, whole.changes().size() / 2)) {
            switch (change) {
                case Batch.Put(byte[] key, byte[] value) -> half.put(key, value);
                case Batch.Delete(byte[] key) -> half.delete(key);
                case Batch.DeleteRange(byte[] from, byte[] to) -> half.deleteRange(from, to);
            }
        }
        try (OrderedStore store = left.medium.open("the fault")) {
            store.write(half);
        }
    }

    /** The volume that we have is no more. */
    private void goOnAfterCrash(TransactionId kept) {
        SimulatedDisk.Loss loss = SimulatedDisk.Loss.values()[random.nextInt(4)];
        device = device.crashed(loss, random, this::crashPoint);
        disk = sabotaged(disk.afterCrash(kept, device), kept);
        volume = open();
        Moments.Found found = moments.require(volume, kept);
        models = found.models();
        frozen = new TreeMap<>(found.frozen());
        sync();
    }

    void close() {
        volume.close();
    }
}
