package dev.ring3.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The kernel's filesystem at a directory, as {@link FilesystemQueries}. Immutable; holds nothing open. */
public final class KernelFilesystem implements FilesystemQueries {
    private final Path top;
    private final ChangeStamp.Promise promise;

    private KernelFilesystem(Path top, ChangeStamp.Promise promise) {
        this.top = top;
        this.promise = promise;
    }

    /** At a directory, of which it is found out what can be promised about changes. */
    public static KernelFilesystem at(Path top) {
        return new KernelFilesystem(top.toAbsolutePath(), ChangeStamp.promiseOf(top));
    }

    @Override
    public Statx stat(String path) {
        return Statx.ofLink(top.resolve(path), StatxField.values());
    }

    @Override
    public Optional<UUID> identity() {
        return FileSystems.uuid(top);
    }

    @Override
    public List<Subvolume> subvolumes() {
        return Btrfs.isOn(top) ? Btrfs.subvolumes(top) : List.of();
    }

    @Override
    public ChangeStamp changeStamp(String path) {
        return ChangeStamp.of(top.resolve(path), promise);
    }
}
