package dev.ring3.bench.io;

import dev.ring3.bench.measure.Mounted;
import dev.ring3.bench.measure.Mounted.MountException;
import dev.ring3.bench.measure.Scratch;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file in a volume that this process opens and exports, reached through the kernel as any program would. The processor time of
 * the server is the process's, that of the client the thread's.
 */
final class FrontEndFile implements Target {
    private final Scratch place;
    private final VolumeFile volume;
    private final Mounted mount;
    private final HostFile file;

    private FrontEndFile(Scratch place, VolumeFile volume, Mounted mount, HostFile file) {
        this.place = place;
        this.volume = volume;
        this.mount = mount;
        this.file = file;
    }

    /** Through FUSE, or through NFS and the kernel's client, where it has one. */
    static FrontEndFile open(IoEngine engine, Path directory, long sizeBytes, long memoryBytes) {
        Scratch place = Scratch.create();
        VolumeFile volume = VolumeFile.open(directory, sizeBytes, memoryBytes);
        try {
            Mounted mount = engine == IoEngine.RING3_FUSE
                    ? Mounted.fuse(volume.vfs(), place.path())
                    : Mounted.nfs(volume.vfs(), place.path());
            Path path = place.path().resolve(VolumeFile.fileName());
            return new FrontEndFile(place, volume, mount, HostFile.open(engine, path, sizeBytes));
        } catch (MountException e) {
            volume.close();
            place.close();
            throw new IoFailure(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Lane lane(IoJob job) {
        return file.lane(job);
    }

    /** Out of the kernel's cache; the server's stays, as it would. */
    @Override
    public void drop() {
        file.drop();
    }

    @Override
    public void warm() {
        file.warm();
    }

    @Override
    public double resident() {
        return file.resident();
    }

    @Override
    public boolean isPristine() {
        return file.isPristine();
    }

    @Override
    public void spoil() {
        file.spoil();
    }

    @Override
    public Map<String, Long> counters() {
        return volume.counters();
    }

    @Override
    public Map<String, String> facts() {
        return volume.facts();
    }

    @Override
    public void close() {
        file.close();
        try {
            mount.close();
            place.close();
        } catch (MountException e) {
            throw new IoFailure("the mount cannot be taken down: " + e.getMessage());
        } finally {
            volume.close();
        }
    }
}
