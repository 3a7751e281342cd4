package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Entry;
import dev.ring3.fs.PosixAcl.Tag;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AclCodecTest {
    private static final Identities NUMBERS = new Identities(Path.of("none"), Path.of("none"));

    private static AclCodec.Acl there(PosixAcl acl) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(1 << 16));
        AclCodec.write(acl, null, false, out);
        return AclCodec.read(new XdrReader(ByteBuffer.wrap(out.copySince(0))), NUMBERS);
    }

    @Test
    void modes_surviveTheWayThereAndBack() {
        for (int mode = 0; mode <= 0777; mode++) {
            PosixAcl acl = PosixAcl.ofMode(mode);
            PosixAcl back = there(acl).access();
            // POSIX lets everybody have what the group may not; a member of the group is refused it in both.
            assertThat(back.permissionsOf(Tag.OWNER)).isEqualTo(acl.permissionsOf(Tag.OWNER));
            assertThat(back.permissionsOf(Tag.GROUP)).isEqualTo(acl.permissionsOf(Tag.GROUP));
            assertNotMore(back.permissionsOf(Tag.OTHER), acl.permissionsOf(Tag.OTHER));
        }
    }

    private static void assertNotMore(int given, int most) {
        assertThat(given & ~most).isZero();
    }

    @Test
    void lists_thereAndBack_neverGiveMore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            PosixAcl acl = random(random);
            PosixAcl back = there(acl).access();
            int mask = acl.permissionsOf(Tag.MASK);
            for (Entry entry : acl.entries()) {
                int most = entry.tag() == Tag.OWNER || entry.tag() == Tag.OTHER
                        ? entry.permissions()
                        : entry.permissions() & mask;
                back.entries().stream()
                        .filter(other -> other.tag() == entry.tag() && other.id() == entry.id())
                        .filter(other -> other.tag() != Tag.MASK)
                        .forEach(other -> assertThat(other.permissions() & ~most)
                                .as("seed %d: %s became %s", seed, acl, back)
                                .isZero());
            }
        }
    }

    private static PosixAcl random(Random random) {
        List<Entry> entries = new ArrayList<>();
        for (Tag tag : List.of(Tag.OWNER, Tag.GROUP, Tag.OTHER, Tag.MASK)) {
            entries.add(new Entry(tag, -1, random.nextInt(8)));
        }
        for (int id = 1; id <= random.nextInt(4); id++) {
            entries.add(new Entry(random.nextBoolean() ? Tag.USER : Tag.NAMED_GROUP, id, random.nextInt(8)));
        }
        return new PosixAcl(entries);
    }

    private static AclCodec.Acl read(int type, int flags, int mask, String who) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(256));
        out.putInt(1).putInt(type).putInt(flags).putInt(mask).putOpaque(who.getBytes(UTF_8));
        return AclCodec.read(new XdrReader(ByteBuffer.wrap(out.copySince(0))), NUMBERS);
    }

    @Test
    void entries_thatPosixCannotSay_areRefused() {
        assertThat(read(0, 0, 0x1, "EVERYONE@").access()).isEqualTo(PosixAcl.ofMode(0444));
        assertThatThrownBy(() -> read(2, 0, 0x1, "EVERYONE@"))
                .isInstanceOf(NfsException.class)
                .hasMessage("ATTRNOTSUPP");
        assertThatThrownBy(() -> read(0, 0, 0x2, "EVERYONE@")).hasMessage("ATTRNOTSUPP");
        assertThatThrownBy(() -> read(0, 1, 0x1, "EVERYONE@")).hasMessage("ATTRNOTSUPP");
        assertThatThrownBy(() -> read(0, 0, 0x8_0000, "OWNER@")).hasMessage("ATTRNOTSUPP");
        assertThatThrownBy(() -> read(0, 0, 0x1, "nobody-here")).hasMessage("BADOWNER");
    }

    @Test
    void denial_ofAGroup_isTheStricterForAll() {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(256));
        out.putInt(2);
        out.putInt(1).putInt(0x40).putInt(0x1).putOpaque("7".getBytes(UTF_8));
        out.putInt(0).putInt(0).putInt(0x1).putOpaque("EVERYONE@".getBytes(UTF_8));
        AclCodec.Acl acl = AclCodec.read(new XdrReader(ByteBuffer.wrap(out.copySince(0))), NUMBERS);
        assertThat(acl.access().permissionsOf(Tag.OTHER)).isZero();
    }
}
