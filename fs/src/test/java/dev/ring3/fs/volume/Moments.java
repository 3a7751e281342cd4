package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a volume was after each operation since all was synced, and with that what a crash may leave. Of metadata: what it
 * was at some moment, exactly. Of a file's data, then: what it was at that moment, or at a later one (it may be written
 * back at any time), or at an earlier one, but none before the file was last synced, cut, or given the name of another.
 */
final class Moments {
    private record FileKey(SubvolumeId subvolume, long ino) {}

    /**
     * One moment.
     *
     * @param written the last transaction until then
     * @param floors for each file that was settled, at which moment
     * @param since since when a subvolume is what it is: it was made then, or rolled back
     */
    private record Moment(
            TransactionId written,
            TreeMap<SubvolumeId, Model> models,
            Map<SubvolumeId, Boolean> frozen,
            Map<FileKey, Integer> floors,
            Map<SubvolumeId, Integer> since) {}

    /** What was found after a crash. */
    record Found(TreeMap<SubvolumeId, Model> models, Map<SubvolumeId, Boolean> frozen) {}

    private final List<Moment> moments = new ArrayList<>(); // the first is when all was last synced
    private final Map<FileKey, Integer> floors = new HashMap<>();
    private final Map<SubvolumeId, Integer> since = new HashMap<>();

    /** All was synced: this is what any crash leaves from now on, at least. */
    void restart(TransactionId written, Map<SubvolumeId, Model> models, Map<SubvolumeId, Boolean> frozen) {
        moments.clear();
        floors.clear();
        since.clear();
        models.keySet().forEach(id -> since.put(id, 0));
        add(written, models, frozen);
    }

    /** The operation that has just ended settled a file. */
    void settled(SubvolumeId subvolume, long ino) {
        floors.put(new FileKey(subvolume, ino), moments.size());
    }

    /** The same of all files of a subvolume. */
    void settled(SubvolumeId subvolume, Model model) {
        model.nodes.keySet().forEach(ino -> settled(subvolume, ino));
    }

    /** The operation that has just ended made a subvolume what it is. */
    void begun(SubvolumeId subvolume) {
        since.put(subvolume, moments.size());
    }

    /** What is there after an operation. */
    void add(TransactionId written, Map<SubvolumeId, Model> models, Map<SubvolumeId, Boolean> frozen) {
        TreeMap<SubvolumeId, Model> copies = new TreeMap<>();
        models.forEach((id, model) -> copies.put(id, model.copy()));
        moments.add(new Moment(written, copies, new TreeMap<>(frozen), new HashMap<>(floors), new HashMap<>(since)));
    }

    TransactionId written() {
        return moments.getLast().written;
    }

    /** Requires that a volume is what a crash may leave that keeps transactions up to this one. */
    Found require(Volume after, TransactionId kept) {
        int latest = 0;
        while (latest + 1 < moments.size() && moments.get(latest + 1).written.compareTo(kept) <= 0) {
            latest++;
        }
        boolean between = moments.get(latest).written.compareTo(kept) < 0 && latest + 1 < moments.size();
        try {
            return requireSame(after, latest);
        } catch (AssertionError | FsException e) {
            if (!between) {
                throw e;
            }
            return requireSame(after, latest + 1); // an operation in several transactions: before it or after it
        }
    }

    private Found requireSame(Volume after, int index) {
        Moment moment = moments.get(index);
        assertThat(after.subvolumes().list())
                .extracting(SubvolumeInfo::id)
                .containsExactlyElementsOf(moment.models.keySet());
        TreeMap<SubvolumeId, Model> found = new TreeMap<>();
        moment.models.forEach((id, model) ->
                found.put(id, model.requireSame(after, id, (ino, data) -> accepted(index, new FileKey(id, ino)))));
        return new Found(found, moment.frozen);
    }

    private List<byte[]> accepted(int index, FileKey file) {
        Moment at = moments.get(index);
        Integer since = at.since.get(file.subvolume);
        int from = Math.max(at.floors.getOrDefault(file, 0), Objects.requireNonNull(since));
        List<byte[]> accepted = new ArrayList<>();
        for (Moment each : moments.subList(from, moments.size())) {
            Model model = each.models.get(file.subvolume);
            Model.Node node = model == null ? null : model.nodes.get(file.ino);
            if (node != null && since.equals(each.since.get(file.subvolume))) {
                accepted.add(node.data);
            }
        }
        return accepted;
    }
}
