package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations on a volume and on a model of it, subvolumes, snapshots, rollbacks and restarts included: the answers
 * and, at intervals, everything there is are compared, and the volume is checked.
 */
class VolumeModelTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int STEPS = Integer.getInteger("ring3.steps", LONG ? 400_000 : 4_000);
    private static final int COMPARED_EVERY = Integer.getInteger("ring3.compared", LONG ? 5_000 : 500);
    private static final int SUBVOLUMES_MAX = 12;

    private final TreeMap<SubvolumeId, Model> models = new TreeMap<>();
    private final Map<SubvolumeId, Boolean> readOnly = new HashMap<>();
    private int names;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void randomOperations_agreeWithAModel(boolean rareEvents) {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        TestDisk disk = new TestDisk();
        Volume volume = open(disk, rareEvents);
        models.put(SubvolumeId.FIRST, Model.empty());
        readOnly.put(SubvolumeId.FIRST, false);
        String last = "nothing";
        int step = 0;
        try {
            for (step = 1; step <= STEPS; step++) {
                if (random.nextInt(60) == 0) {
                    last = structure(volume, random);
                } else {
                    List<SubvolumeId> writable = models.keySet().stream()
                            .filter(each -> !isReadOnly(each))
                            .toList();
                    SubvolumeId id = writable.get(random.nextInt(writable.size()));
                    Model model = Objects.requireNonNull(models.get(id));
                    ModelRun run = new ModelRun(volume, id, Reserved.ROOT, model, random);
                    last = "?";
                    run.step();
                    last = run.last();
                }
                if (step % COMPARED_EVERY == 0) {
                    compare(volume);
                    if (random.nextInt(3) == 0) {
                        volume.close();
                        volume = open(disk, rareEvents);
                        compare(volume);
                    }
                }
            }
            while (models.size() > 1) {
                delete(volume, models.lastKey());
            }
            compare(volume);
            assertThat(volume.subvolumes().tree()).as("nodes that are left").hasSize(1);
        } catch (Throwable e) {
            String replay = "step %d, after %s; replay with -Dring3.seed=%d".formatted(step, last, seed);
            throw new AssertionError(replay, e);
        } finally {
            volume.close();
        }
    }

    private static Volume open(TestDisk disk, boolean rareEvents) {
        return rareEvents ? disk.openWithRareEvents() : disk.open();
    }

    private boolean isReadOnly(SubvolumeId id) {
        return Objects.requireNonNull(readOnly.get(id));
    }

    private void compare(Volume volume) {
        assertThat(volume.check().findings()).isEmpty();
        models.forEach((id, model) -> model.requireSame(volume, id));
        assertThat(volume.subvolumes().pendingKeys()).isZero();
        models.forEach((from, old) -> models.forEach((to, now) -> requireDifference(volume, from, old, to, now)));
    }

    /** The difference names each inode that is in one alone or differs, each entry, and no other. */
    private static void requireDifference(Volume volume, SubvolumeId from, Model old, SubvolumeId to, Model now) {
        Map<Long, SnapshotDifference> found = new TreeMap<>();
        volume.subvolumes()
                .difference(
                        from,
                        to,
                        each -> assertThat(found.put(each.ino().value(), each)).isNull());
        TreeMap<Long, Model.Node> all = new TreeMap<>(old.nodes);
        all.putAll(now.nodes);
        for (long ino : all.keySet()) {
            Model.Node was = old.nodes.get(ino);
            Model.Node is = now.nodes.get(ino);
            SnapshotDifference difference = found.remove(ino);
            if (was == null || is == null) {
                assertThat(Objects.requireNonNull(difference).what())
                        .isEqualTo(was == null ? SnapshotDifference.What.ADDED : SnapshotDifference.What.REMOVED);
            } else {
                requireSameEntries(was, is, difference);
                boolean ranges = difference != null && !difference.ranges().isEmpty();
                assertThat(ranges || Arrays.equals(was.data, is.data) || was.data.length != is.data.length)
                        .as("data of ino %d, %s to %s", ino, from, to)
                        .isTrue();
                boolean xattrs = difference != null && difference.xattrs();
                assertThat(xattrs || was.xattrs.equals(is.xattrs)).isTrue();
            }
            if (difference != null && difference.newPath() != null) {
                assertThat(resolve(now, difference.newPath())).isEqualTo(ino);
            }
        }
        assertThat(found).isEmpty();
    }

    private static void requireSameEntries(Model.Node was, Model.Node is, @Nullable SnapshotDifference difference) {
        TreeMap<String, Long> entries = new TreeMap<>(was.children);
        if (difference != null) {
            for (SnapshotDifference.Entry entry : difference.entries()) {
                Ino after = entry.after();
                if (after == null) {
                    entries.remove(entry.name().toString());
                }
            }
            for (SnapshotDifference.Entry entry : difference.entries()) {
                Ino after = entry.after();
                if (after != null) {
                    entries.put(entry.name().toString(), after.value());
                }
            }
        }
        assertThat(entries).isEqualTo(is.children);
    }

    private static long resolve(Model model, List<Name> path) {
        long ino = Reserved.ROOT;
        for (Name name : path) {
            ino = Objects.requireNonNull(model.node(ino).children.get(name.toString()));
        }
        return ino;
    }

    private SubvolumeId any(Random random) {
        List<SubvolumeId> all = new ArrayList<>(models.keySet());
        return all.get(random.nextInt(all.size()));
    }

    private String structure(Volume volume, Random random) {
        SubvolumeId id = any(random);
        Model model = Objects.requireNonNull(models.get(id));
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                if (models.size() < SUBVOLUMES_MAX) {
                    boolean frozen = random.nextInt(3) > 0;
                    SubvolumeId snapshot = volume.subvolumes().snapshot(id, newName(), frozen);
                    models.put(snapshot, model.copy());
                    readOnly.put(snapshot, frozen);
                    return "snapshot of %s as %s, read-only %b".formatted(id, snapshot, frozen);
                }
            }
            case 2, 3 -> {
                boolean hasSnapshots = volume.subvolumes().list().stream().anyMatch(each -> id.equals(each.origin()));
                if (!id.equals(SubvolumeId.FIRST) && !hasSnapshots) {
                    delete(volume, id);
                    return "deletion of " + id;
                }
            }
            default -> {
                SubvolumeId target = any(random);
                if (!id.equals(target) && !isReadOnly(id)) {
                    boolean keep = random.nextBoolean() && models.size() < SUBVOLUMES_MAX;
                    rollback(volume, id, target, keep);
                    return "rollback of %s to %s, kept %b".formatted(id, target, keep);
                }
            }
        }
        return "nothing";
    }

    private Name newName() {
        return Name.of("s" + names++);
    }

    private void delete(Volume volume, SubvolumeId id) {
        volume.subvolumes().delete(id);
        models.remove(id);
    }

    private void rollback(Volume volume, SubvolumeId id, SubvolumeId target, boolean keep) {
        Name name = newName();
        volume.subvolumes().rollback(id, target, keep ? Optional.of(name) : Optional.empty());
        Model before = Objects.requireNonNull(models.get(id));
        models.put(id, Objects.requireNonNull(models.get(target)).copy());
        if (keep) {
            SubvolumeId kept = volume.subvolumes().list().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .id();
            models.put(kept, before);
            readOnly.put(kept, true);
        }
    }
}
