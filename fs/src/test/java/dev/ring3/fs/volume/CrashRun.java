package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.TransactionId;
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
        /** Half of a batch is there. */
        TORN_BATCH,
        /** After a crash the volume takes itself for one that was stopped in good order. */
        NO_FLOOR
    }

    private static final int SUBVOLUMES_MAX = 6;

    /** What everything should be after an operation. */
    private record Moment(
            TransactionId written, TreeMap<SubvolumeId, Model> models, Map<SubvolumeId, Boolean> frozen) {}

    private final Random random;
    private final Fault fault;
    private final ChangeHistory history = new ChangeHistory();
    private final List<Moment> moments = new ArrayList<>(); // the first is the last that was synced
    private TreeMap<SubvolumeId, Model> models = new TreeMap<>();
    private Map<SubvolumeId, Boolean> frozen = new TreeMap<>();
    private TestDisk disk = new TestDisk();
    private Volume volume;
    private String last = "nothing";
    private int names;
    private int states;

    CrashRun(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        this.volume = disk.open();
        models.put(SubvolumeId.FIRST, Model.empty());
        frozen.put(SubvolumeId.FIRST, false);
        volume.syncAll();
        remember();
    }

    int states() {
        return states;
    }

    String last() {
        return last;
    }

    /** One operation, and some crashes after it. */
    void step() {
        operate();
        remember();
        if (random.nextInt(8) == 0) {
            sync();
        }
        models.forEach((id, model) -> history.lookAtSome(volume, id, model, random, 2));
        crash(disk.medium.lastWritten());
        long durable = disk.medium.lastDurable().value(); // at least the first moment, and what was waited for inside
        long written = disk.medium.lastWritten().value();
        crash(new TransactionId(durable + random.nextInt((int) (written - durable) + 1)));
        if (fault == Fault.LOSES_DURABLE && durable > 1) {
            crash(new TransactionId(random.nextInt((int) durable)));
        }
        if (random.nextInt(50) == 0) {
            goOnAfterCrash(new TransactionId(durable + random.nextInt((int) (written - durable) + 1)));
        }
    }

    private void remember() {
        TreeMap<SubvolumeId, Model> copies = new TreeMap<>();
        models.forEach((id, model) -> copies.put(id, model.copy()));
        moments.add(new Moment(disk.medium.lastWritten(), copies, new TreeMap<>(frozen)));
    }

    private void sync() {
        volume.syncAll();
        assertThat(disk.medium.lastDurable()).isGreaterThanOrEqualTo(moments.getLast().written);
        Moment latest = moments.getLast();
        moments.clear();
        moments.add(latest);
    }

    private void operate() {
        boolean failing = random.nextInt(20) == 0;
        TreeMap<SubvolumeId, Model> before = new TreeMap<>();
        if (failing) {
            models.forEach((id, model) -> before.put(id, model.copy()));
            disk.store().failWrite(0, random.nextBoolean() ? Errno.EIO : Errno.ENOSPC);
        }
        try {
            if (random.nextInt(25) == 0) {
                structure();
            } else {
                List<SubvolumeId> writable = models.keySet().stream()
                        .filter(id -> !Objects.requireNonNull(frozen.get(id)))
                        .toList();
                SubvolumeId id = writable.get(random.nextInt(writable.size()));
                ModelRun run = new ModelRun(volume, id, Reserved.ROOT, Objects.requireNonNull(models.get(id)), random);
                run.mayFail(failing);
                run.step();
                last = run.last();
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
            }
        }
    }

    /** Opens what a crash would leave that keeps transactions up to this one. */
    private void crash(TransactionId kept) {
        states++;
        TestDisk left = leftBy(kept);
        try (Volume after = left.open()) {
            assertThat(after.check(true).findings()).isEmpty();
            history.requireKept(after, momentOf(after, kept).models);
        }
    }

    private TestDisk leftBy(TransactionId kept) {
        TestDisk left = disk.afterCrash(kept);
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

    /** The moment whose content a volume has; in the middle of an operation, before or after it. */
    private Moment momentOf(Volume after, TransactionId kept) {
        int latest = 0;
        while (latest + 1 < moments.size() && moments.get(latest + 1).written.compareTo(kept) <= 0) {
            latest++;
        }
        Moment before = moments.get(latest);
        boolean between = before.written.compareTo(kept) < 0 && latest + 1 < moments.size();
        try {
            requireSame(after, before);
            return before;
        } catch (AssertionError | FsException e) {
            if (!between) {
                throw e;
            }
            Moment next = moments.get(latest + 1);
            requireSame(after, next);
            return next;
        }
    }

    private static void requireSame(Volume after, Moment moment) {
        assertThat(after.subvolumes().list())
                .extracting(SubvolumeInfo::id)
                .containsExactlyElementsOf(moment.models.keySet());
        moment.models.forEach((id, model) -> model.requireSame(after, id));
    }

    /** The volume that we have is no more. */
    private void goOnAfterCrash(TransactionId kept) {
        TestDisk left = leftBy(kept);
        Volume after = left.open();
        Moment moment = momentOf(after, kept);
        disk = left;
        volume = after;
        models = new TreeMap<>();
        moment.models.forEach((id, model) -> models.put(id, model.copy()));
        frozen = new TreeMap<>(moment.frozen);
        moments.clear();
        volume.syncAll();
        remember();
    }

    void close() {
        volume.close();
    }
}
