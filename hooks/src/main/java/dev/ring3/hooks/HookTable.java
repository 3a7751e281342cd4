package dev.ring3.hooks;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Vfs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All attached objects at a time, and who is asked where. Immutable, but that chains of subvolumes are put together when
 * they are wanted first: a subvolume lies in the same others as long as it is there.
 */
final class HookTable {
    private static final ChainLink[] NOBODY = {};

    /** Of so many the chains are kept. */
    private static final int SUBVOLUMES_MAX = 4096;

    private final List<AttachedObject> objects;
    private final Parents parents;
    private final Map<AttachPoint, List<ChainLink>> all = new EnumMap<>(AttachPoint.class);
    private final boolean[] attached = new boolean[AttachPoint.values().length];

    // For a point where everybody is asked about everything; else null.
    private final ChainLink[][] everywhere = new ChainLink[AttachPoint.values().length][];
    private final Map<SubvolumeId, ChainLink[][]> bySubvolume = new ConcurrentHashMap<>();

    /** In which subvolume another lies; empty for the first, and for what is no subvolume of the volume. */
    @FunctionalInterface
    interface Parents {
        Optional<SubvolumeId> parent(SubvolumeId subvolume);
    }

    private HookTable(List<AttachedObject> objects, Parents parents) {
        this.objects = objects;
        this.parents = parents;
        for (AttachPoint point : AttachPoint.values()) {
            List<ChainLink> links = links(point);
            all.put(point, links);
            attached[point.ordinal()] = !links.isEmpty();
            if (links.stream().allMatch(link -> link.object().stored().scope() instanceof Scope.Server)) {
                everywhere[point.ordinal()] = links.toArray(NOBODY);
            }
        }
    }

    static HookTable empty(Parents parents) {
        return new HookTable(List.of(), parents);
    }

    /** The deciding ones in order, then the observing ones. */
    private List<ChainLink> links(AttachPoint point) {
        Stream<ChainLink> running = objects.stream()
                .flatMap(object -> object.programs().stream())
                .filter(program -> program.point() == point)
                .map(program -> new ChainLink(program.object(), program));
        Stream<ChainLink> failed = objects.stream()
                .filter(object -> object.refusesAll() && object.points().contains(point))
                .map(object -> new ChainLink(object, null));
        return Stream.concat(running, failed)
                .sorted(Comparator.comparing(ChainLink::observes)
                        .thenComparingInt(link -> link.object().stored().order())
                        .thenComparingInt(link -> objects.indexOf(link.object())))
                .toList();
    }

    /** This table with an object, in the place of the one of that name if there is one. */
    HookTable with(AttachedObject object) {
        List<AttachedObject> changed = new ArrayList<>(objects);
        int place = 0;
        while (place < changed.size() && !changed.get(place).name().equals(object.name())) {
            place++;
        }
        if (place < changed.size()) {
            changed.set(place, object);
        } else {
            changed.add(object);
        }
        return new HookTable(List.copyOf(changed), parents);
    }

    HookTable without(String name) {
        return new HookTable(
                objects.stream().filter(object -> !object.name().equals(name)).toList(), parents);
    }

    /** All, in the order in which they were attached first. */
    List<AttachedObject> objects() {
        return objects;
    }

    Optional<AttachedObject> find(String name) {
        return objects.stream().filter(object -> object.name().equals(name)).findFirst();
    }

    boolean isAttached(AttachPoint point) {
        return attached[point.ordinal()];
    }

    /** Who is asked at a point about a subvolume, in order; not to be changed. */
    ChainLink[] chain(AttachPoint point, SubvolumeId subvolume) {
        ChainLink[] simple = everywhere[point.ordinal()];
        if (simple != null) {
            return simple;
        }
        ChainLink[][] known = bySubvolume.get(subvolume);
        if (known == null) {
            known = chains(subvolume);
            if (bySubvolume.size() >= SUBVOLUMES_MAX) {
                bySubvolume.clear(); // most are snapshots that are gone
            }
            bySubvolume.put(subvolume, known);
        }
        return known[point.ordinal()];
    }

    /** Who is asked at a point about what is in no subvolume. */
    ChainLink[] chainOfServer(AttachPoint point) {
        return all.getOrDefault(point, List.of()).stream()
                .filter(link -> link.object().stored().scope() instanceof Scope.Server)
                .toArray(ChainLink[]::new);
    }

    private ChainLink[][] chains(SubvolumeId subvolume) {
        List<SubvolumeId> within = new ArrayList<>();
        if (subvolume.compareTo(Vfs.FIRST_MOUNTED) < 0) {
            Optional<SubvolumeId> at = Optional.of(subvolume);
            while (at.isPresent()) {
                within.add(at.get());
                at = parents.parent(at.get());
            }
        }
        ChainLink[][] chains = new ChainLink[AttachPoint.values().length][];
        for (AttachPoint point : AttachPoint.values()) {
            chains[point.ordinal()] = all.getOrDefault(point, List.of()).stream()
                    .filter(link -> link.object().covers(within::contains))
                    .toArray(ChainLink[]::new);
        }
        return chains;
    }
}
