package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The mode, and the other ways to set it (RFC 8881, sections 6.2.4 and 6.2.5; RFC 8275, section 5). */
class ModeTest extends NfsSuite {
    private Reply set(Opaque handle, AttrValues values) {
        return at(handle, Ops.setAttr(StateId.ANONYMOUS, values));
    }

    private int mode(Opaque handle) {
        return at(handle, Ops.getAttr(Attr.MODE)).attrs().u32(Attr.MODE);
    }

    private static AttrValues masked(int bits, int mask) {
        return AttrValues.none()
                .put(Attr.MODE_SET_MASKED, new XdrWriter().u32(bits).u32(mask));
    }

    private Op opening(AttrValues values) {
        return Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(values)
                .name("x")
                .op();
    }

    @Test
    void mode_isSetAndSaidToBe() {
        Opaque file = fileOf("f", "x");
        for (int mode : new int[] {0, 0777, 04755, 02711, 01600, 0640}) {
            Reply reply = set(file, AttrValues.ofMode(mode)).ok();
            assertThat(mode(file)).isEqualTo(mode);
            assertThat(reply.get(Result.SetAttributes.class).set().get(Attr.MODE))
                    .isTrue();
        }
    }

    @Test
    void otherBits_areInvalid() {
        Opaque file = fileOf("f", "x");
        AttrValues wrong = AttrValues.ofMode(0x10000);
        assertStatus(set(file, wrong), NfsStatus.INVAL);
        assertStatus(set(file, masked(0x10000, 0777)), NfsStatus.INVAL);
        assertStatus(set(file, masked(0, 0x10000)), NfsStatus.INVAL);
        assertStatus(here(opening(wrong)), NfsStatus.INVAL);
        assertStatus(here(Ops.create(Attr.FileType.DIR, Opaque.of("d"), wrong)), NfsStatus.INVAL);
        assertStatus(at(file, Ops.verify(wrong)), NfsStatus.INVAL);
        assertStatus(at(file, Ops.nverify(wrong.size(1))), NfsStatus.INVAL);
        assertStatus(at(file, Ops.verify(wrong.size(2))), NfsStatus.NOT_SAME, NfsStatus.INVAL);
    }

    @Test
    void maskedBits_areChangedAlone() {
        Opaque file = fileOf("f", "x");
        set(file, AttrValues.ofMode(0640)).ok();
        set(file, masked(04002, 06006)).ok();
        assertThat(mode(file)).isEqualTo(04642);
        set(file, masked(0777, 0)).ok();
        assertThat(mode(file)).isEqualTo(04642);
    }

    /** There is nothing yet whose other bits could stay. */
    @Test
    void maskedBits_ofWhatIsMade_areInvalid() {
        AttrValues values = masked(0600, 0777);
        assertStatus(here(opening(values)), NfsStatus.INVAL);
        assertStatus(here(Ops.create(Attr.FileType.DIR, Opaque.of("d"), values)), NfsStatus.INVAL);
        Open exclusive = Open.by(session.owner("o"))
                .access(Open.BOTH)
                .exclusive(Client41.newVerifier(), values)
                .name("y");
        assertStatus(here(exclusive.op()), NfsStatus.INVAL);
        assertStatus(here(Ops.lookup("x")), NfsStatus.NOENT);
        assertThat(here(Ops.getAttr(Attr.SUPPATTR_EXCLCREAT))
                        .attrs()
                        .bits(Attr.SUPPATTR_EXCLCREAT)
                        .get(Attr.MODE_SET_MASKED))
                .isFalse();
    }

    @Test
    void twoModesAtOnce_areInvalid() {
        Opaque file = fileOf("f", "x");
        AttrValues umasked = AttrValues.ofMode(0600)
                .put(Attr.MODE_UMASK, new XdrWriter().u32(0600).u32(022));
        assertStatus(set(file, masked(0600, 0777).mode(0600)), NfsStatus.INVAL);
        assertStatus(here(opening(umasked)), NfsStatus.INVAL);
    }
}
