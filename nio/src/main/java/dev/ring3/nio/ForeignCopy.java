package dev.ring3.nio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/** Copies between two namespaces, as between any two file systems. The JDK does so where the providers differ. */
final class ForeignCopy {
    private ForeignCopy() {}

    static void copy(Path source, Path target, CopyFlags flags) throws IOException {
        LinkOption[] links = flags.follow() ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        PosixFileAttributes attributes = Files.readAttributes(source, PosixFileAttributes.class, links);
        if (flags.replace()) {
            Files.deleteIfExists(target);
        } else if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        if (attributes.isSymbolicLink()) {
            Path linked = Files.readSymbolicLink(source);
            Files.createSymbolicLink(
                    target,
                    Ring3Path.of(
                            Ring3Path.of(target).getFileSystem(),
                            Ring3Path.of(linked).bytes()));
            return;
        }
        if (attributes.isDirectory()) {
            Files.createDirectory(target);
        } else {
            try (InputStream in = Files.newInputStream(source)) {
                Files.copy(in, target);
            }
        }
        if (flags.attributes()) {
            copyAttributes(source, attributes, target);
        }
    }

    private static void copyAttributes(Path source, PosixFileAttributes attributes, Path target) throws IOException {
        UserDefinedFileAttributeView from = Files.getFileAttributeView(source, UserDefinedFileAttributeView.class);
        UserDefinedFileAttributeView to = Files.getFileAttributeView(target, UserDefinedFileAttributeView.class);
        for (String name : from.list()) {
            ByteBuffer value = ByteBuffer.allocate(from.size(name));
            from.read(name, value);
            to.write(name, value.flip());
        }
        PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        view.setOwner(attributes.owner());
        view.setGroup(attributes.group());
        view.setPermissions(attributes.permissions());
        view.setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), attributes.creationTime());
    }

    static void move(Path source, Path target, CopyFlags flags) throws IOException {
        if (flags.atomic()) {
            throw new AtomicMoveNotSupportedException(source.toString(), target.toString(), "two file systems");
        }
        if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(source)) {
                if (entries.iterator().hasNext()) {
                    throw new DirectoryNotEmptyException(source.toString());
                }
            }
        }
        copy(source, target, flags);
        Files.delete(source);
    }
}
