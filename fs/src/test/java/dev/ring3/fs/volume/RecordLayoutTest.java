package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Golden bytes of every stored value. */
class RecordLayoutTest {
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] golden(String hex) {
        return HEX.parseHex(hex.replaceAll("\\s", ""));
    }

    @Test
    void inode_hasGoldenBytes() {
        InodeRecord inode = new InodeRecord(0120777, Instant.ofEpochSecond(-1, 5));
        inode.uid = 1000;
        inode.gid = -2;
        inode.links = 3;
        inode.flags = 0x10;
        inode.deviceMajor = 8;
        inode.deviceMinor = 1;
        inode.bornIn = 0xfffffffeL;
        inode.sizeBytes = 2;
        inode.allocatedBytes = 4096;
        inode.change = 0x10000000005L;
        inode.parent = 16;
        inode.parentCookie = 0x123456789L;
        inode.nextLink = 4;
        inode.entries = 6;
        inode.xattrBytes = 7;
        inode.modifyTime = Instant.ofEpochSecond(0x100000000L, 999_999_999);
        inode.changeTime = Instant.ofEpochSecond(2, 0);
        inode.birthTime = Instant.ofEpochSecond(3, 1);
        inode.target = new byte[] {'x', 'y'};
        byte[] bytes = InodeLayout.encode(inode);
        assertThat(bytes).isEqualTo(golden("""
                01 0000a1ff 000003e8 fffffffe 00000003 00000010 00000008 00000001 fffffffe
                0000000000000002 0000000000001000 0000010000000005 0000000000000010 0000000123456789
                0000000000000004 0000000000000006 0000000000000007
                ffffffffffffffff 00000005 0000000100000000 3b9ac9ff 0000000000000002 00000000
                0000000000000003 00000001 7879
                """));
        assertThat(InodeLayout.encode(InodeLayout.decode(bytes))).isEqualTo(bytes);
    }

    @Test
    void dirent_hasGoldenBytes() {
        Dirent entry = new Dirent(Name.of("ab"), true, FileType.DIRECTORY, 17, 2, 1);
        byte[] bytes = entry.encode();
        assertThat(bytes).isEqualTo(golden("01 02 04 0000000000000011 00000002 0000000000000001 6162"));
        assertThat(Dirent.decode(bytes)).isEqualTo(entry);
        assertThat(Dirent.decode(Dirent.HOLE.encode())).isEqualTo(Dirent.HOLE);
    }

    @Test
    void smallRecords_haveGoldenBytes() {
        assertThat(new NodeUsage(1, 2, 3, 4).encode())
                .isEqualTo(golden("01 0000000000000001 0000000000000002 0000000000000003 0000000000000004"));
        assertThat(TreeNode.encode(0xfffffffeL)).isEqualTo(golden("01 fffffffe"));
        assertThat(TreeNode.decodeParent(golden("01 fffffffe"))).isEqualTo(0xfffffffeL);
        assertThat(new Links.Place(5, 6).encode()).isEqualTo(golden("01 0000000000000005 0000000000000006"));
        assertThat(new Xattr(1, new byte[] {'n'}, new byte[] {9, 8}).encode()).isEqualTo(golden("01 01 0001 6e 0908"));
        assertThat(new MountState(true, 1, 2, 3, 4, 5, 6).encode())
                .isEqualTo(golden("01 01 0000000000000001 0000000000000002 0000000000000003 0000000000000004"
                        + "0000000000000005 0000000000000006"));
        MountState state = new MountState(true, 1, 2, 3, 4, 5, 6);
        assertThat(MountState.decode(state.encode())).isEqualTo(state);
    }

    @Test
    void subvolume_hasGoldenBytes() {
        SubvolumeRecord record = new SubvolumeRecord(
                2,
                new UUID(1, 2),
                0xfffffffeL,
                1,
                true,
                1,
                0,
                Name.of("s"),
                Instant.ofEpochSecond(9, 8),
                7,
                -1,
                5,
                3,
                CompressionMode.ZSTD);
        byte[] bytes = record.encode();
        assertThat(bytes).isEqualTo(golden("""
                01 03 0000000000000002 00000000fffffffe 0000000000000001 0000000000000001
                0000000000000001 0000000000000002 0000000000000000 0000000000000009 00000008
                0000000000000007 ffffffffffffffff 0000000000000005 00000003 73
                """));
        assertThat(SubvolumeRecord.decode(bytes)).isEqualTo(record);
    }

    @Test
    void header_hasGoldenBytesAndItsChecksum() {
        byte[] key = golden("000102030405060708090a0b0c0d0e0f");
        VolumeHeader header =
                new VolumeHeader(new UUID(1, 2), Instant.ofEpochSecond(3, 4), 5, 0, 0, key, key.clone(), -1);
        byte[] bytes = header.encode();
        byte[] start = Arrays.copyOf(bytes, 112);
        assertThat(start).isEqualTo(golden("""
                52494e4733465300 00000001 00000000 0000000000000001 0000000000000002
                0000000000000003 00000004 00000000 0000000000000005 0000000000000000 0000000000000000
                000102030405060708090a0b0c0d0e0f 000102030405060708090a0b0c0d0e0f ffffffffffffffff
                """));
        assertThat(VolumeHeader.decode(bytes).created()).isEqualTo(header.created());
    }

    @Test
    void header_newerOrDamaged_isRefused() {
        byte[] good = VolumeHeader.create(Instant.EPOCH, new SecureRandom()).encode();
        assertRefused(Errno.EOPNOTSUPP, with(good, 8, 2), "format 2");
        assertRefused(Errno.EOPNOTSUPP, with(good, 64, 1), "features");
        assertRefused(Errno.EOPNOTSUPP, with(good, 56, 1), "features");
        assertRefused(Errno.EOPNOTSUPP, with(good, 128, 1), "encryption");
        byte[] flipped = good.clone();
        flipped[100] ^= 4;
        assertRefused(Errno.EUCLEAN, flipped, "checksum");
        assertRefused(Errno.EUCLEAN, new byte[512], "no superblock");
    }

    /** With an int set in it, and a checksum that agrees. */
    private static byte[] with(byte[] header, int offset, int value) {
        byte[] changed = header.clone();
        int at = offset == 8 || offset == 128 ? offset : offset + 4; // the low half of a long
        ByteBuffer buffer = ByteBuffer.wrap(changed).putInt(at, value);
        CRC32C crc = new CRC32C();
        crc.update(changed, 0, 508);
        buffer.putInt(508, (int) crc.getValue());
        return changed;
    }

    private static void assertRefused(Errno errno, byte[] header, String why) {
        assertThatThrownBy(() -> VolumeHeader.decode(header))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .hasMessageContaining(why);
    }

    /** Of no bytes, from the reference implementation, and of 15, from the appendix of the paper. */
    @Test
    void sipHash_agreesWithItsPublishedVectors() {
        SipHash hash = new SipHash(golden("000102030405060708090a0b0c0d0e0f"));
        byte[] input = new byte[15];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) i;
        }
        assertThat(hash.hash(new byte[0], 0)).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(hash.hash(input, 0)).isEqualTo(0xa129ca6149be45e5L);
    }
}
