package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access control lists together with what else creates and changes a file (RFC 8881, 6.2, 6.3.2, 6.4). */
class AclTest extends NfsSuite {
    private static final int READ = 0x1;
    private static final int WRITE = 0x2 | 0x4;
    private static final int EXECUTE = 0x20;
    private static final int INHERIT_ONLY = 0x8;
    private static final int GROUP_FLAG = 0x40;

    private static Attrs.Ace allow(String who, int mask) {
        return new Attrs.Ace(0, 0, mask, who);
    }

    private Opened created(int how, AttrValues values) {
        Open open = Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .name("f" + how);
        return open(
                switch (how) {
                    case 0 -> open.unchecked(values);
                    case 1 -> open.guarded(values);
                    default -> open.exclusive(Client41.newVerifier(), values);
                });
    }

    /** The bits of a mode that a list stands for (6.3.2). */
    private static int modeOf(List<Attrs.Ace> acl) {
        return bitsOf(acl, "OWNER@") << 6 | bitsOf(acl, "GROUP@") << 3 | bitsOf(acl, "EVERYONE@");
    }

    private static int bitsOf(List<Attrs.Ace> acl, String who) {
        int allowed = 0;
        int denied = 0;
        for (Attrs.Ace ace : acl) {
            if (ace.who().equals(who) || ace.who().equals("EVERYONE@")) {
                if (ace.type() == 0) {
                    allowed |= ace.mask() & ~denied;
                } else {
                    denied |= ace.mask() & ~allowed;
                }
            }
        }
        return ((allowed & READ) != 0 ? 4 : 0)
                | ((allowed & WRITE) == WRITE ? 2 : 0)
                | ((allowed & EXECUTE) != 0 ? 1 : 0);
    }

    private static Attrs shown(Opened file) {
        return file.call(Ops.getAttr(Attr.MODE, Attr.ACL)).attrs();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void mode_isSaidByTheListToo(int how) {
        for (int mode : new int[] {0640, 0750, 0755, 0600, 0400, 0077, 0}) {
            Opened file = created(how, AttrValues.ofMode(mode));
            Attrs shown = shown(file);
            assertThat(shown.u32(Attr.MODE)).isEqualTo(mode);
            assertThat(modeOf(shown.acl())).as("of %o", mode).isEqualTo(mode);
            file.close();
            here(Ops.remove("f" + how)).ok();
        }
    }

    /** With both, the list is set after the mode, and says what the mode is then (6.4.3). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void listWithMode_wins(int how) {
        List<Attrs.Ace> acl = List.of(allow("OWNER@", READ | WRITE), allow("GROUP@", READ), allow("EVERYONE@", READ));
        Opened file = created(how, AttrValues.ofMode(0400).acl(acl));
        assertThat(file.result().set().get(Attr.MODE)).isTrue();
        assertThat(file.result().set().get(Attr.ACL)).isTrue();
        Attrs shown = shown(file);
        assertThat(shown.u32(Attr.MODE)).isEqualTo(0644);
        for (int i = 0; i < acl.size(); i++) {
            Attrs.Ace ace = shown.acl().get(i);
            assertThat(ace.who()).isEqualTo(acl.get(i).who());
            assertThat(ace.mask() & acl.get(i).mask()).isEqualTo(acl.get(i).mask());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void listThatNamesNotEverybody_isNothingForThem(int how) {
        Opened file = created(how, AttrValues.none().acl(List.of(allow("OWNER@", READ | EXECUTE))));
        Attrs shown = shown(file);
        assertThat(shown.u32(Attr.MODE)).isEqualTo(0500);
        assertThat(modeOf(shown.acl())).isEqualTo(0500);
    }

    @Test
    void listOfOneUserWithNothing_isKept() {
        Opaque file = fileOf("f", "x");
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().acl(List.of(allow("123", 0)))))
                .ok();
        assertThat(at(file, Ops.getAttr(Attr.ACL)).attrs().acl())
                .anyMatch(ace -> ace.who().equals("123"));
    }

    @Test
    void listOfManyUsers_isKept() {
        Opaque file = fileOf("f", "x");
        List<Attrs.Ace> acl = IntStream.range(10_000, 10_200)
                .mapToObj(uid -> allow(Integer.toString(uid), 0))
                .toList();
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().acl(acl))).ok();
        List<Attrs.Ace> shown = at(file, Ops.getAttr(Attr.ACL)).attrs().acl();
        acl.forEach(ace -> assertThat(shown).anyMatch(other -> other.who().equals(ace.who())));
    }

    /** 6.2.1.4: a group is said to be one where its name does not say it, and an entry that would never count is refused. */
    @Test
    void flags_areThoseThatMeanSomething() {
        here(Ops.mkdir("d")).ok();
        Opaque d = child("d");
        List<Attrs.Ace> acl = List.of(
                allow("OWNER@", READ | WRITE | EXECUTE),
                new Attrs.Ace(0, GROUP_FLAG, READ, "GROUP@"),
                new Attrs.Ace(0, GROUP_FLAG, READ, "4321"));
        at(d, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().acl(acl))).ok();
        for (Attrs.Ace ace : at(d, Ops.getAttr(Attr.ACL)).attrs().acl()) {
            assertThat(ace.flag()).as(ace.toString()).isEqualTo(ace.who().equals("4321") ? GROUP_FLAG : 0);
        }
        List<Attrs.Ace> never = List.of(new Attrs.Ace(0, INHERIT_ONLY, READ, "OWNER@"));
        assertStatus(at(d, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().acl(never))), NfsStatus.ATTRNOTSUPP);
    }
}
