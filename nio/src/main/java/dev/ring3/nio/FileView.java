package dev.ring3.nio;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.AttrChange.TimeChange;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The views that show a {@link Stat}: basic, owner, posix, unix and ring3 differ in their names and in what is asked. */
record FileView(String name, Location location, boolean follow) implements Ring3FileAttributeView {
    @Override
    public Ring3FileAttributes readAttributes() throws IOException {
        return AttributeViews.attributes(location, follow, mask());
    }

    /** Only who wants the change attribute looks at it. */
    private int mask() {
        return name.equals("ring3") ? StatMask.ALL : StatMask.QUIET;
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return AttributeViews.attributes(location, follow, StatMask.QUIET).owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) throws IOException {
        set(AttrChange.NONE.withOwner(Principals.uid(owner), null));
    }

    @Override
    public void setGroup(GroupPrincipal group) throws IOException {
        set(AttrChange.NONE.withOwner(null, Principals.gid(group)));
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        set(AttrChange.NONE.withPermissions(Modes.bits(permissions)));
    }

    /** The time of creation cannot be set; asking for it has no effect, as on the JDK's own file systems. */
    @Override
    public void setTimes(
            @Nullable FileTime lastModifiedTime, @Nullable FileTime lastAccessTime, @Nullable FileTime createTime)
            throws IOException {
        if (lastModifiedTime != null || lastAccessTime != null) {
            set(AttrChange.NONE.withTimes(at(lastAccessTime), at(lastModifiedTime)));
        }
    }

    private static @Nullable TimeChange at(@Nullable FileTime time) {
        return time == null ? null : new AttrChange.At(time.toInstant());
    }

    @Override
    public void setImmutable(boolean immutable) throws IOException {
        setFlag(StatFlags.IMMUTABLE, immutable);
    }

    @Override
    public void setAppendOnly(boolean appendOnly) throws IOException {
        setFlag(StatFlags.APPEND_ONLY, appendOnly);
    }

    private void setFlag(int flag, boolean on) throws IOException {
        location.change(() -> {
            Stat stat = location.stat(follow, StatMask.QUIET);
            int flags = stat.flags() & StatFlags.SETTABLE;
            return apply(stat, AttrChange.NONE.withFlags(on ? flags | flag : flags & ~flag));
        });
    }

    void set(AttrChange change) throws IOException {
        location.change(() -> apply(location.stat(follow, StatMask.QUIET), change));
    }

    private Stat apply(Stat stat, AttrChange change) {
        Session session = location.session();
        return session.vfs().attributes().set(session.caller(), stat.node(), change, null);
    }
}
