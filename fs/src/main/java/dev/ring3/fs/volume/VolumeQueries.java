package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.ChangeStamp;
import dev.ring3.linux.DeviceNumber;
import dev.ring3.linux.Errno;
import dev.ring3.linux.FilesystemQueries;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Statx;
import dev.ring3.linux.Subvolume;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A volume asked as a filesystem of the kernel is: what a program that knows {@link FilesystemQueries} needs to work on
 * both. The top is the root of the first subvolume. Asks with all rights.
 *
 * <p>A {@link ChangeStamp} of it has the change attribute, so that equal stamps mean no change over crashes as well; to
 * take one is a look, as any other question for the change attribute.
 */
public final class VolumeQueries implements FilesystemQueries {
    private final Volume volume;

    /** Of this volume, which has to stay open. */
    public VolumeQueries(Volume volume) {
        this.volume = volume;
    }

    @Override
    public Statx stat(String path) {
        return asLinux(() -> StatxImage.of(find(path, StatMask.QUIET)));
    }

    @Override
    public Optional<UUID> identity() {
        return Optional.of(volume.subvolumes().uuid());
    }

    @Override
    public List<Subvolume> subvolumes() {
        return asLinux(() -> {
            List<SubvolumeInfo> all = volume.subvolumes().list();
            Map<Long, UUID> uuids = new HashMap<>();
            all.forEach(info -> uuids.put(info.id().value(), info.uuid()));
            return all.stream()
                    .sorted(Comparator.comparing(SubvolumeInfo::id))
                    .map(info -> subvolume(info, uuids))
                    .toList();
        });
    }

    private Subvolume subvolume(SubvolumeInfo info, Map<Long, UUID> uuids) {
        NodeId place = info.place();

        return new Subvolume(
                info.id().value(),
                place == null ? "" : info.name().toString(),
                volume.subvolumes()
                        .path(NodeId.rootOf(info.id()))
                        .map(names -> names.stream().map(Name::toString).collect(Collectors.joining("/"))),
                place == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(place.subvolume().value()),
                place == null ? 0 : place.ino().value(),
                OptionalLong.empty(),
                info.readOnly(),
                Optional.of(info.uuid()),
                Optional.ofNullable(info.origin()).map(origin -> uuids.get(origin.value())),
                Optional.empty(),
                Optional.of(info.created()),
                Optional.empty());
    }

    @Override
    public ChangeStamp changeStamp(String path) {
        return asLinux(() -> {
            Stat stat = find(path, StatMask.ALL);
            return new ChangeStamp(
                    new DeviceNumber(0, 0),
                    OptionalLong.of(stat.node().subvolume().value()),
                    stat.node().ino().value(),
                    Optional.empty(), // a number is never given to another inode
                    Optional.of(stat.birthTime()),
                    stat.changeTime(),
                    OptionalLong.of(stat.change()),
                    stat.sizeBytes(),
                    ChangeStamp.Promise.ALWAYS);
        });
    }

    private Stat find(String path, int mask) {
        NodeId at = volume.root();
        for (String name : path.split("/", -1)) {
            if (name.isEmpty()) {
                continue; // the top, or one slash too many
            }
            Stat found = volume.find(at, Name.of(name), StatMask.QUIET);
            if (found == null) {
                throw new FsException(Errno.ENOENT, "stat", path);
            }
            at = found.node();
        }
        return volume.stat(at, mask);
    }

    private static <T> T asLinux(Supplier<T> question) {
        try {
            return question.get();
        } catch (FsException e) {
            LinuxException failure =
                    new LinuxException(e.operation(), e.object(), e.errno().number());
            failure.initCause(e);
            throw failure;
        }
    }
}
