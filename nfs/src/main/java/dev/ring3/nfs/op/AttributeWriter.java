package dev.ring3.nfs.op;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.nfs.proto.Attr;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/** Encodes attributes: which, then their values in the order of their numbers. */
final class AttributeWriter {
    /** Handles do not expire. */
    private static final int FH_PERSISTENT = 0;

    private static final int LINKS_MAX = 65_000;

    /** {@code MONOTONIC_INCR}: the change attribute only grows. */
    private static final int CHANGE_ONLY_GROWS = 0;

    /** {@code FSCHARSET_CAP4_CONTAINS_NON_UTF8}: other front ends make such names. */
    private static final int CONTAINS_NON_UTF8 = 1;

    private static final int CLONE_BLOCK_BYTES = 4096;

    /** The number of a place where another subvolume begins, in the one around it; no inode has the top bit. */
    private static final long PLACE_OF_SUBVOLUME = 1L << 63;

    private static final Bitmap OF_SPACE = Bitmap.of(
            Attr.FILES_AVAIL,
            Attr.FILES_FREE,
            Attr.FILES_TOTAL,
            Attr.QUOTA_AVAIL_HARD,
            Attr.QUOTA_AVAIL_SOFT,
            Attr.QUOTA_USED,
            Attr.SPACE_AVAIL,
            Attr.SPACE_FREE,
            Attr.SPACE_TOTAL);

    private static final VolumeSpace NO_SPACE = new VolumeSpace(0, 0, 0, 0, 0, CLONE_BLOCK_BYTES);

    private final Service service;
    private final int minor;
    private final Place place;
    private final Stat stat;
    private final XdrWriter out;
    private final VolumeSpace space;

    private AttributeWriter(Service service, int minor, Place place, Stat stat, Bitmap wanted, XdrWriter out) {
        this.service = service;
        this.minor = minor;
        this.place = place;
        this.stat = stat;
        this.out = out;
        this.space = wanted.overlaps(OF_SPACE) && !place.isPseudo()
                ? service.vfs().attributes().space(place.node())
                : NO_SPACE;
    }

    /** What has to be asked of an inode to answer with these. */
    static int mask(Bitmap wanted) {
        return wanted.has(Attr.CHANGE) ? StatMask.ALL : StatMask.QUIET;
    }

    /** Writes those of the attributes that there are: {@code fattr4}. */
    static void write(Service service, int minor, Place place, Stat stat, Bitmap wanted, XdrWriter out) {
        Bitmap given = wanted.and(Attr.supported(minor)).without(Attr.WRITE_ONLY);
        given.write(out);
        int lengthAt = out.position();
        out.putInt(0);
        new AttributeWriter(service, minor, place, stat, given, out).putAll(given);
        out.patchInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
    }

    private void putAll(Bitmap given) {
        for (int number = given.next(0); number >= 0; number = given.next(number + 1)) {
            put(number);
        }
    }

    private void put(int number) {
        switch (number) {
            case Attr.SUPPORTED_ATTRS -> Attr.supported(minor).write(out);
            case Attr.TYPE -> out.putInt(FileTypes.number(stat.type()));
            case Attr.FH_EXPIRE_TYPE -> out.putInt(FH_PERSISTENT);
            case Attr.CHANGE -> out.putLong(stat.change());
            case Attr.SIZE -> out.putLong(stat.sizeBytes());
            case Attr.LINK_SUPPORT, Attr.SYMLINK_SUPPORT, Attr.UNIQUE_HANDLES -> out.putBool(true);
            case Attr.NAMED_ATTR, Attr.CASE_INSENSITIVE -> out.putBool(false);
            case Attr.FSID -> putFsid();
            case Attr.LEASE_TIME -> out.putInt((int) service.state().lease().toSeconds());
            case Attr.RDATTR_ERROR -> out.putInt(0);
            case Attr.ACL -> AclCodec.write(service, stat, out);
            case Attr.ACLSUPPORT -> out.putInt(AclCodec.SUPPORT);
            case Attr.CANSETTIME, Attr.CASE_PRESERVING, Attr.CHOWN_RESTRICTED -> out.putBool(true);
            case Attr.FILEHANDLE -> out.putOpaque(service.exports().present().handle(place));
            case Attr.FILEID -> out.putLong(stat.node().ino().value());
            case Attr.FILES_AVAIL, Attr.FILES_FREE -> out.putLong(space.freeInodes());
            case Attr.FILES_TOTAL -> out.putLong(space.totalInodes());
            case Attr.HOMOGENEOUS, Attr.NO_TRUNC -> out.putBool(true);
            case Attr.MAXFILESIZE -> out.putLong(FileTree.FILE_BYTES_MAX);
            case Attr.MAXLINK -> out.putInt(LINKS_MAX);
            case Attr.MAXNAME -> out.putInt(Name.BYTES_MAX);
            case Attr.MAXREAD, Attr.MAXWRITE -> out.putLong(Service.DATA_BYTES_MAX);
            case Attr.MODE -> out.putInt(stat.permissions());
            case Attr.NUMLINKS -> out.putInt(stat.links());
            case Attr.OWNER -> out.putOpaque(Identities.text(stat.uid()));
            case Attr.OWNER_GROUP -> out.putOpaque(Identities.text(stat.gid()));
            case Attr.QUOTA_AVAIL_HARD, Attr.QUOTA_AVAIL_SOFT, Attr.SPACE_AVAIL -> out.putLong(space.availableBytes());
            case Attr.QUOTA_USED -> out.putLong(space.totalBytes() - space.freeBytes());
            case Attr.RAWDEV -> out.putInt(stat.deviceMajor()).putInt(stat.deviceMinor());
            case Attr.SPACE_FREE -> out.putLong(space.freeBytes());
            case Attr.SPACE_TOTAL -> out.putLong(space.totalBytes());
            case Attr.SPACE_USED -> out.putLong(stat.allocatedBytes());
            case Attr.TIME_ACCESS -> putTime(stat.accessTime());
            case Attr.TIME_CREATE -> putTime(stat.birthTime());
            case Attr.TIME_DELTA -> out.putLong(0).putInt(1);
            case Attr.TIME_METADATA -> putTime(stat.changeTime());
            case Attr.TIME_MODIFY -> putTime(stat.modifyTime());
            case Attr.MOUNTED_ON_FILEID -> out.putLong(mountedOn());
            case Attr.FS_LAYOUT_TYPES -> out.putInt(0);
            case Attr.SUPPATTR_EXCLCREAT -> Attr.settableExclusively(minor).write(out);
            case Attr.FS_CHARSET_CAP -> out.putInt(CONTAINS_NON_UTF8);
            case Attr.CLONE_BLKSIZE -> out.putInt(CLONE_BLOCK_BYTES);
            case Attr.CHANGE_ATTR_TYPE -> out.putInt(CHANGE_ONLY_GROWS);
            case Attr.XATTR_SUPPORT -> out.putBool(true);
            case Attr.OPEN_ARGUMENTS -> OpenArguments.putKnown(out);
            default -> throw new IllegalStateException("attribute " + number + " is said to be supported");
        }
    }

    private void putTime(Instant time) {
        out.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    /** Which volume, then which subvolume; 0 for pseudo directories. */
    private void putFsid() {
        if (place.isPseudo()) {
            out.putLong(0).putLong(0);
        } else {
            out.putLong(volumeNumber()).putLong(stat.node().subvolume().value());
        }
    }

    private long volumeNumber() {
        // Never 0, which is the pseudo filesystem's.
        return Integer.toUnsignedLong(Arrays.hashCode(service.state().server())) + 1;
    }

    /** A subvolume's root covers a directory of the subvolume around it, unless it is what the client mounted. */
    private long mountedOn() {
        ExportRoot export = place.export();
        boolean covers = export != null
                && stat.has(StatFlags.SUBVOLUME_ROOT)
                && (!stat.node().equals(export.root()) || export.above() != null);
        return covers
                ? PLACE_OF_SUBVOLUME | stat.node().subvolume().value()
                : stat.node().ino().value();
    }

    /** The values alone, to be compared; of attributes that are all supported. */
    static byte[] values(Service service, int minor, Place place, Stat stat, Bitmap wanted, int bytesMax) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(bytesMax));
        new AttributeWriter(service, minor, place, stat, wanted, out).putAll(wanted);
        return out.copySince(0);
    }
}
