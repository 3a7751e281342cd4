package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.btf.BtfType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The layouts that module linux wrote by hand, against the types that the running kernel describes itself by. A
 * structure that a kernel does not have is left out; of those below, most are old enough for every kernel.
 */
class KernelLayoutTest {
    private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");

    private static Btf btf;

    /** Where a member is taken to be. */
    private record Place(String struct, String member, long offsetBytes) {}

    private static final List<Place> PLACES = places();

    @BeforeAll
    static void read() throws IOException {
        assumeTrue(Files.isReadable(TYPES), "needs a kernel that describes its types: " + TYPES);
        btf = Btf.read(TYPES);
    }

    @Test
    void everyLayout_isTheKernels() {
        assertThat(differences(PLACES)).isEmpty();
        List<String> missing = PLACES.stream()
                .map(Place::struct)
                .distinct()
                .filter(struct -> btf.find(BtfKind.STRUCT, struct).isEmpty())
                .toList();
        assertThat(missing).isSubsetOf(newOrOptional());
    }

    @Test
    void aWrongPlace_isFound() {
        List<Place> wrong = List.of(
                new Place("epoll_event", "events", 4),
                new Place("epoll_event", "events", 0),
                new Place("epoll_event", "none", 0));
        assertThat(differences(wrong))
                .containsExactly("epoll_event.events is at 0, not 4", "epoll_event.none is nowhere, not 0");
    }

    @Test
    void sizes_areTheKernels() {
        assertThat(size("statx")).hasValue(StatxLayout.BYTES);
        assertThat(size("statmount")).isIn(OptionalLong.empty(), OptionalLong.of(StatmountLayout.STRINGS_AT));
        assertThat(size("epoll_event"))
                .hasValue(EpollLayout.of(Architecture.host()).bytes());
        assertThat(size("siginfo")).hasValue(SignalInfoLayout.BYTES);
        assertThat(size("statfs")).hasValue(120);
        size("pidfd_info").ifPresent(bytes -> assertThat(bytes).isIn(64L, 72L, 80L, (long) PidfdInfoLayout.BYTES));
        size("btrfs_ioctl_get_subvol_info_args")
                .ifPresent(bytes -> assertThat(bytes).isEqualTo(BtrfsLayout.INFO_BYTES));
        size("btrfs_ioctl_search_header").ifPresent(bytes -> assertThat(bytes).isEqualTo(BtrfsLayout.HEADER_BYTES));
        size("btrfs_ioctl_ino_lookup_args").ifPresent(bytes -> assertThat(bytes).isEqualTo(BtrfsLayout.LOOKUP_BYTES));
    }

    private static List<String> newOrOptional() {
        List<String> names = new ArrayList<>(List.of("pidfd_info", "statmount", "mnt_id_req", "file_attr", "fsxattr"));
        PLACES.stream()
                .map(Place::struct)
                .filter(name -> name.startsWith("btrfs_"))
                .forEach(names::add);
        return names;
    }

    private static OptionalLong size(String struct) {
        OptionalInt id = btf.find(BtfKind.STRUCT, struct);
        return id.isPresent() ? OptionalLong.of(btf.sizeBytes(id.getAsInt())) : OptionalLong.empty();
    }

    private static List<String> differences(List<Place> places) {
        List<String> differences = new ArrayList<>();
        for (Place place : places) {
            OptionalInt id = btf.find(BtfKind.STRUCT, place.struct());
            if (id.isEmpty()) {
                continue;
            }
            OptionalLong found = offset(id.getAsInt(), place.member());
            if (!found.equals(OptionalLong.of(place.offsetBytes())) && !isNewerThanThisKernel(place, id.getAsInt())) {
                differences.add("%s.%s is %s, not %d"
                        .formatted(
                                place.struct(),
                                place.member(),
                                found.isPresent() ? "at " + found.getAsLong() : "nowhere",
                                place.offsetBytes()));
            }
        }
        return differences;
    }

    /** What was appended to a structure later lies past its end here. */
    private static boolean isNewerThanThisKernel(Place place, int id) {
        return place.offsetBytes() >= btf.sizeBytes(id);
    }

    /** A path of names; members without one are looked through. */
    private static OptionalLong offset(int typeId, String path) {
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        if (!(btf.type(btf.strip(typeId)) instanceof BtfType.Composite composite)) {
            return OptionalLong.empty();
        }
        for (BtfType.Member member : composite.members()) {
            long at = member.bitOffset() / 8;
            if (member.name().equals(name)) {
                if (dot < 0) {
                    return OptionalLong.of(at);
                }
                OptionalLong inner = offset(member.typeId(), path.substring(dot + 1));
                return inner.isPresent() ? OptionalLong.of(at + inner.getAsLong()) : inner;
            }
            if (member.name().isEmpty()) {
                OptionalLong inner = offset(member.typeId(), path);
                if (inner.isPresent()) {
                    return OptionalLong.of(at + inner.getAsLong());
                }
            }
        }
        return OptionalLong.empty();
    }

    private static List<Place> places() {
        List<Place> places = new ArrayList<>();
        addStatx(places);
        addStatxOfDevices(places);
        addStatmount(places);
        addPidfdInfo(places);
        addBtrfsSearch(places);
        addBtrfsItems(places);
        addBtrfsInfo(places);
        EpollLayout epoll = EpollLayout.of(Architecture.host());
        places.add(new Place("epoll_event", "events", 0));
        places.add(new Place("epoll_event", "data", epoll.tokenAt()));
        places.add(new Place("file_handle", "handle_bytes", FileHandle.LENGTH_AT));
        places.add(new Place("file_handle", "handle_type", FileHandle.TYPE_AT));
        places.add(new Place("file_handle", "f_handle", FileHandle.BYTES_AT));
        places.add(new Place("siginfo", "si_signo", SignalInfoLayout.SIGNO_AT));
        places.add(new Place("siginfo", "si_code", SignalInfoLayout.CODE_AT));
        places.add(new Place("siginfo", "_sifields._sigchld._pid", SignalInfoLayout.PID_AT));
        places.add(new Place("siginfo", "_sifields._sigchld._status", SignalInfoLayout.STATUS_AT));
        addSmall(places);
        return List.copyOf(places);
    }

    /** Those that have no class of their own. */
    private static void addSmall(List<Place> places) {
        addAll(places, "pollfd", List.of("fd", "events", "revents"), 0, 4, 6);
        addAll(places, "flock", List.of("l_type", "l_whence", "l_start", "l_len"), 0, 2, 8, 16);
        addAll(places, "iovec", List.of("iov_base", "iov_len"), 0, 8);
        addAll(places, "file_clone_range", List.of("src_fd", "src_offset", "src_length", "dest_offset"), 0, 8, 16, 24);
        addAll(
                places,
                "file_attr",
                List.of("fa_xflags", "fa_extsize", "fa_nextents", "fa_projid", "fa_cowextsize"),
                0,
                8,
                12,
                16,
                20);
        addAll(
                places,
                "fsxattr",
                List.of("fsx_xflags", "fsx_extsize", "fsx_nextents", "fsx_projid", "fsx_cowextsize"),
                0,
                4,
                8,
                12,
                16);
        addAll(
                places,
                "statfs",
                List.of(
                        "f_type",
                        "f_bsize",
                        "f_blocks",
                        "f_bfree",
                        "f_bavail",
                        "f_files",
                        "f_ffree",
                        "f_fsid",
                        "f_namelen",
                        "f_flags"),
                0,
                8,
                16,
                24,
                32,
                40,
                48,
                56,
                64,
                80);
    }

    private static void addStatx(List<Place> places) {
        addAll(
                places,
                "statx",
                List.of(
                        "stx_mask", "stx_blksize", "stx_attributes", "stx_nlink", "stx_uid", "stx_gid", "stx_mode",
                        "stx_ino", "stx_size", "stx_blocks", "stx_attributes_mask", "stx_atime", "stx_btime",
                        "stx_ctime", "stx_mtime"),
                StatxLayout.MASK_AT,
                StatxLayout.BLKSIZE_AT,
                StatxLayout.ATTRIBUTES_AT,
                StatxLayout.NLINK_AT,
                StatxLayout.UID_AT,
                StatxLayout.GID_AT,
                StatxLayout.MODE_AT,
                StatxLayout.INO_AT,
                StatxLayout.SIZE_AT,
                StatxLayout.BLOCKS_AT,
                StatxLayout.ATTRIBUTES_MASK_AT,
                StatxLayout.ATIME_AT,
                StatxLayout.BTIME_AT,
                StatxLayout.CTIME_AT,
                StatxLayout.MTIME_AT);
    }

    private static void addStatxOfDevices(List<Place> places) {
        addAll(
                places,
                "statx",
                List.of(
                        "stx_rdev_major", "stx_rdev_minor", "stx_dev_major", "stx_dev_minor", "stx_mnt_id",
                        "stx_dio_mem_align", "stx_dio_offset_align", "stx_subvol", "stx_atomic_write_unit_min",
                        "stx_atomic_write_unit_max", "stx_atomic_write_segments_max", "stx_dio_read_offset_align",
                        "stx_atomic_write_unit_max_opt"),
                StatxLayout.RDEV_MAJOR_AT,
                StatxLayout.RDEV_MINOR_AT,
                StatxLayout.DEV_MAJOR_AT,
                StatxLayout.DEV_MINOR_AT,
                StatxLayout.MNT_ID_AT,
                StatxLayout.DIO_MEM_ALIGN_AT,
                StatxLayout.DIO_OFFSET_ALIGN_AT,
                StatxLayout.SUBVOL_AT,
                StatxLayout.ATOMIC_WRITE_UNIT_MIN_AT,
                StatxLayout.ATOMIC_WRITE_UNIT_MAX_AT,
                StatxLayout.ATOMIC_WRITE_SEGMENTS_MAX_AT,
                StatxLayout.DIO_READ_OFFSET_ALIGN_AT,
                StatxLayout.ATOMIC_WRITE_UNIT_MAX_OPT_AT);
    }

    private static void addStatmount(List<Place> places) {
        addAll(
                places,
                "mnt_id_req",
                List.of("size", "mnt_id", "param"),
                StatmountLayout.REQUEST_SIZE_AT,
                StatmountLayout.REQUEST_MOUNT_AT,
                StatmountLayout.REQUEST_PARAMETER_AT);
        addAll(
                places,
                "statmount",
                List.of(
                        "mnt_opts",
                        "mask",
                        "sb_dev_major",
                        "sb_dev_minor",
                        "sb_magic",
                        "sb_flags",
                        "fs_type",
                        "mnt_id",
                        "mnt_parent_id",
                        "mnt_id_old",
                        "mnt_parent_id_old",
                        "mnt_attr",
                        "mnt_propagation",
                        "mnt_root",
                        "mnt_point",
                        "fs_subtype",
                        "sb_source",
                        "str"),
                StatmountLayout.OPTIONS_AT,
                StatmountLayout.MASK_AT,
                StatmountLayout.DEV_MAJOR_AT,
                StatmountLayout.DEV_MINOR_AT,
                StatmountLayout.SB_MAGIC_AT,
                StatmountLayout.SB_FLAGS_AT,
                StatmountLayout.FS_TYPE_AT,
                StatmountLayout.MNT_ID_AT,
                StatmountLayout.MNT_PARENT_ID_AT,
                StatmountLayout.MNT_ID_OLD_AT,
                StatmountLayout.MNT_PARENT_ID_OLD_AT,
                StatmountLayout.MNT_ATTR_AT,
                StatmountLayout.MNT_PROPAGATION_AT,
                StatmountLayout.MNT_ROOT_AT,
                StatmountLayout.MNT_POINT_AT,
                StatmountLayout.FS_SUBTYPE_AT,
                StatmountLayout.SB_SOURCE_AT,
                StatmountLayout.STRINGS_AT);
    }

    private static void addPidfdInfo(List<Place> places) {
        addAll(
                places,
                "pidfd_info",
                List.of(
                        "mask",
                        "cgroupid",
                        "pid",
                        "tgid",
                        "ppid",
                        "ruid",
                        "rgid",
                        "euid",
                        "egid",
                        "suid",
                        "sgid",
                        "fsuid",
                        "fsgid",
                        "exit_code",
                        "coredump_mask"),
                PidfdInfoLayout.MASK_AT,
                PidfdInfoLayout.CGROUPID_AT,
                PidfdInfoLayout.PID_AT,
                PidfdInfoLayout.TGID_AT,
                PidfdInfoLayout.PPID_AT,
                PidfdInfoLayout.RUID_AT,
                PidfdInfoLayout.RGID_AT,
                PidfdInfoLayout.EUID_AT,
                PidfdInfoLayout.EGID_AT,
                PidfdInfoLayout.SUID_AT,
                PidfdInfoLayout.SGID_AT,
                PidfdInfoLayout.FSUID_AT,
                PidfdInfoLayout.FSGID_AT,
                PidfdInfoLayout.EXIT_CODE_AT,
                PidfdInfoLayout.COREDUMP_MASK_AT);
    }

    private static void addBtrfsSearch(List<Place> places) {
        addAll(
                places,
                "btrfs_ioctl_search_key",
                List.of(
                        "tree_id",
                        "min_objectid",
                        "max_objectid",
                        "min_offset",
                        "max_offset",
                        "max_transid",
                        "min_type",
                        "max_type",
                        "nr_items"),
                BtrfsLayout.SEARCH_TREE_AT,
                BtrfsLayout.SEARCH_MIN_ID_AT,
                BtrfsLayout.SEARCH_MAX_ID_AT,
                BtrfsLayout.SEARCH_MIN_OFFSET_AT,
                BtrfsLayout.SEARCH_MAX_OFFSET_AT,
                BtrfsLayout.SEARCH_MAX_TRANSACTION_AT,
                BtrfsLayout.SEARCH_MIN_TYPE_AT,
                BtrfsLayout.SEARCH_MAX_TYPE_AT,
                BtrfsLayout.SEARCH_COUNT_AT);
        addAll(
                places,
                "btrfs_ioctl_search_args_v2",
                List.of("buf_size", "buf"),
                BtrfsLayout.SEARCH_BUFFER_BYTES_AT,
                BtrfsLayout.SEARCH_BUFFER_AT);
        addAll(
                places,
                "btrfs_ioctl_search_header",
                List.of("objectid", "offset", "type", "len"),
                BtrfsLayout.HEADER_ID_AT,
                BtrfsLayout.HEADER_OFFSET_AT,
                BtrfsLayout.HEADER_TYPE_AT,
                BtrfsLayout.HEADER_LENGTH_AT);
    }

    private static void addBtrfsItems(List<Place> places) {
        addAll(
                places,
                "btrfs_root_item",
                List.of(
                        "generation",
                        "flags",
                        "refs",
                        "generation_v2",
                        "uuid",
                        "parent_uuid",
                        "received_uuid",
                        "ctime",
                        "otime"),
                BtrfsLayout.ITEM_GENERATION_AT,
                BtrfsLayout.ITEM_FLAGS_AT,
                BtrfsLayout.ITEM_REFERENCES_AT,
                BtrfsLayout.ITEM_GENERATION_V2_AT,
                BtrfsLayout.ITEM_UUID_AT,
                BtrfsLayout.ITEM_PARENT_UUID_AT,
                BtrfsLayout.ITEM_RECEIVED_UUID_AT,
                BtrfsLayout.ITEM_CTIME_AT,
                BtrfsLayout.ITEM_OTIME_AT);
        addAll(
                places,
                "btrfs_root_ref",
                List.of("dirid", "name_len"),
                BtrfsLayout.REF_DIRECTORY_AT,
                BtrfsLayout.REF_NAME_LENGTH_AT);
        addAll(
                places,
                "btrfs_ioctl_ino_lookup_args",
                List.of("treeid", "objectid", "name"),
                BtrfsLayout.LOOKUP_TREE_AT,
                BtrfsLayout.LOOKUP_ID_AT,
                BtrfsLayout.LOOKUP_NAME_AT);
        addAll(places, "btrfs_ioctl_fs_info_args", List.of("fsid"), BtrfsLayout.FS_INFO_UUID_AT);
    }

    private static void addBtrfsInfo(List<Place> places) {
        addAll(
                places,
                "btrfs_ioctl_get_subvol_info_args",
                List.of(
                        "treeid",
                        "name",
                        "parent_id",
                        "dirid",
                        "generation",
                        "flags",
                        "uuid",
                        "parent_uuid",
                        "received_uuid",
                        "ctime",
                        "otime"),
                BtrfsLayout.INFO_ID_AT,
                BtrfsLayout.INFO_NAME_AT,
                BtrfsLayout.INFO_PARENT_AT,
                BtrfsLayout.INFO_DIRECTORY_AT,
                BtrfsLayout.INFO_GENERATION_AT,
                BtrfsLayout.INFO_FLAGS_AT,
                BtrfsLayout.INFO_UUID_AT,
                BtrfsLayout.INFO_PARENT_UUID_AT,
                BtrfsLayout.INFO_RECEIVED_UUID_AT,
                BtrfsLayout.INFO_CTIME_AT,
                BtrfsLayout.INFO_OTIME_AT);
    }

    private static void addAll(List<Place> places, String struct, List<String> members, int... offsets) {
        assertThat(members).hasSameSizeAs(offsets);
        for (int i = 0; i < offsets.length; i++) {
            places.add(new Place(struct, members.get(i), offsets[i]));
        }
    }
}
