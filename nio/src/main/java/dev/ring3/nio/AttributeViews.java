package dev.ring3.nio;

import dev.ring3.fs.StatMask;
import java.io.IOException;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The views there are. */
final class AttributeViews {
    /** A view: its name, its type if it has one, and how it is made. */
    private record Kind(
            String name,
            @Nullable Class<? extends FileAttributeView> type,
            BiFunction<Location, Boolean, FileAttributeView> factory) {}

    private static final List<Kind> KINDS = List.of(
            file("basic", BasicFileAttributeView.class),
            file("posix", PosixFileAttributeView.class),
            file("owner", FileOwnerAttributeView.class),
            file("ring3", Ring3FileAttributeView.class),
            file("unix", null),
            new Kind("acl", AclFileAttributeView.class, AclView::new),
            new Kind("user", UserDefinedFileAttributeView.class, UserView::new));

    private AttributeViews() {}

    private static Kind file(String name, @Nullable Class<? extends FileAttributeView> type) {
        return new Kind(name, type, (location, follow) -> new FileView(name, location, follow));
    }

    static List<String> names() {
        return KINDS.stream().map(Kind::name).toList();
    }

    static boolean supports(Class<? extends FileAttributeView> type) {
        return KINDS.stream().anyMatch(kind -> type.equals(kind.type));
    }

    /** The view of a type, or null if there is none. */
    static <V extends FileAttributeView> @Nullable V of(Location location, Class<V> type, boolean follow) {
        Objects.requireNonNull(type);
        for (Kind kind : KINDS) {
            if (type.equals(kind.type)) {
                return type.cast(kind.factory.apply(location, follow));
            }
        }
        return null;
    }

    /** Attributes of a type; UnsupportedOperationException if there is none such. */
    static <A extends BasicFileAttributes> A read(Location location, Class<A> type, boolean follow) throws IOException {
        boolean plain = type.equals(BasicFileAttributes.class) || type.equals(PosixFileAttributes.class);
        if (!plain && !type.equals(Ring3FileAttributes.class)) {
            throw new UnsupportedOperationException(type.getName());
        }
        return type.cast(attributes(location, follow, plain ? StatMask.QUIET : StatMask.ALL));
    }

    static NodeAttributes attributes(Location location, boolean follow, int mask) throws IOException {
        return location.ask(() -> new NodeAttributes(location.session(), location.stat(follow, mask)));
    }
}
