package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A subvolume as a place that has space: what its quota leaves of the volume's. */
final class Ring3FileStore extends FileStore {
    private final Session session;
    private final SubvolumeId subvolume;

    Ring3FileStore(Session session, NodeId node) {
        this.session = session;
        this.subvolume = node.subvolume();
    }

    private VolumeSpace space() throws IOException {
        session.requireOpen();
        try {
            return session.vfs().attributes().space(NodeId.rootOf(subvolume));
        } catch (FsException e) {
            throw Errors.of(e, name(), null);
        }
    }

    @Override
    public String name() {
        return subvolume.toString();
    }

    @Override
    public String type() {
        return PathUri.SCHEME;
    }

    @Override
    public boolean isReadOnly() {
        return session.isReadOnly()
                || session.vfs()
                        .attributes()
                        .stat(NodeId.rootOf(subvolume), StatMask.QUIET)
                        .has(StatFlags.READ_ONLY);
    }

    @Override
    public long getTotalSpace() throws IOException {
        return space().totalBytes();
    }

    @Override
    public long getUsableSpace() throws IOException {
        return space().availableBytes();
    }

    @Override
    public long getUnallocatedSpace() throws IOException {
        return space().freeBytes();
    }

    @Override
    public long getBlockSize() throws IOException {
        return space().blockBytes();
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return AttributeViews.supports(Objects.requireNonNull(type));
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return AttributeViews.names().contains(Objects.requireNonNull(name));
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        Objects.requireNonNull(type);
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return switch (attribute) {
            case "totalSpace" -> getTotalSpace();
            case "usableSpace" -> getUsableSpace();
            case "unallocatedSpace" -> getUnallocatedSpace();
            default -> throw new UnsupportedOperationException("'" + attribute + "' not recognized");
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ring3FileStore that
                && session.vfs() == that.session.vfs()
                && subvolume.equals(that.subvolume);
    }

    @Override
    public int hashCode() {
        return subvolume.hashCode();
    }

    @Override
    public String toString() {
        return "%s (%s)".formatted(name(), type());
    }
}
