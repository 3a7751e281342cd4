package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.XattrName.Namespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/** The view user: extended attributes, whose names are {@code user.NAME} to the filesystem. */
record UserView(Location location, Boolean follow) implements UserDefinedFileAttributeView {
    @Override
    public String name() {
        return "user";
    }

    private NodeId node() {
        return location.stat(follow, StatMask.QUIET).node();
    }

    private Session session() {
        return location.session();
    }

    private static XattrName xattr(String name) {
        return XattrName.parse(concat(Namespace.USER.prefix().getBytes(UTF_8), NameBytes.encode(name)));
    }

    private static byte[] concat(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    @Override
    public List<String> list() throws IOException {
        return location.call(() -> session().vfs().attributes().xattrs(session().caller(), node()).stream()
                .filter(name -> name.namespace() == Namespace.USER)
                .map(XattrName::name)
                .map(Name::bytes)
                .map(NameBytes::decode)
                .toList());
    }

    byte[] value(String name) throws IOException {
        return location.call(() -> {
            byte[] value = session().vfs().attributes().xattr(session().caller(), node(), xattr(name));
            if (value == null) {
                throw new FileSystemException(location.path().toString(), null, "no attribute \"" + name + "\"");
            }
            return value;
        });
    }

    @Override
    public int size(String name) throws IOException {
        return value(name).length;
    }

    @Override
    public int read(String name, ByteBuffer into) throws IOException {
        Arguments.requireChangeable(into);
        byte[] value = value(name);
        if (value.length > into.remaining()) {
            throw new FileSystemException(
                    location.path().toString(),
                    null,
                    "attribute \"%s\" of %d bytes, room for %d".formatted(name, value.length, into.remaining()));
        }
        into.put(value);
        return value.length;
    }

    @Override
    public int write(String name, ByteBuffer from) throws IOException {
        byte[] value = new byte[from.remaining()];
        from.get(value);
        location.change(() -> {
            session().vfs().attributes().setXattr(session().caller(), node(), xattr(name), value, XattrMode.ANY);
            return null;
        });
        return value.length;
    }

    @Override
    public void delete(String name) throws IOException {
        location.change(() -> {
            session().vfs().attributes().removeXattr(session().caller(), node(), xattr(name));
            return null;
        });
    }
}
