package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.Ops.SetXattr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Extended attributes (RFC 8276). */
class XattrTest extends NfsSuite {
    private Opaque file;

    @BeforeEach
    void makeFile() {
        file = fileOf("f", "x");
    }

    private Reply set(SetXattr how, String name, String value) {
        return at(file, Ops.setXattr(how, name, utf8(value)));
    }

    private Reply get(String name) {
        return at(file, Ops.getXattr(name));
    }

    private long change() {
        return at(file, Ops.getAttr(Attr.CHANGE)).attrs().u64(Attr.CHANGE);
    }

    @Test
    void support_isStated() {
        assertThat(here(Ops.getAttr(Attr.XATTR_SUPPORT)).attrs().bool(Attr.XATTR_SUPPORT))
                .isTrue();
    }

    @Test
    void value_isKept() {
        set(SetXattr.EITHER, "name", "value").ok();
        assertThat(get("name").ok().get(Result.Value.class).value()).isEqualTo(Opaque.of("value"));
        set(SetXattr.EITHER, "name", "").ok();
        assertThat(get("name").ok().get(Result.Value.class).value().length()).isZero();
    }

    @Test
    void absent_isNoXattr() {
        assertStatus(get("absent"), NfsStatus.NOXATTR);
        assertStatus(at(file, Ops.removeXattr("absent")), NfsStatus.NOXATTR);
        assertStatus(set(SetXattr.REPLACE, "absent", "v"), NfsStatus.NOXATTR);
    }

    @Test
    void createAndReplace_lookFirst() {
        set(SetXattr.CREATE, "name", "1").ok();
        assertStatus(set(SetXattr.CREATE, "name", "2"), NfsStatus.EXIST);
        set(SetXattr.REPLACE, "name", "3").ok();
        assertThat(get("name").ok().get(Result.Value.class).value()).isEqualTo(Opaque.of("3"));
    }

    @Test
    void change_movesAsReported() {
        long before = change();
        Result.ChangeInfo set = set(SetXattr.EITHER, "name", "v").changed().info();
        assertThat(set.before()).isEqualTo(before);
        assertThat(set.after()).isEqualTo(change()).isNotEqualTo(before);
        Result.ChangeInfo removed = at(file, Ops.removeXattr("name")).changed().info();
        assertThat(removed.before()).isEqualTo(set.after());
        assertThat(removed.after()).isEqualTo(change());
        assertStatus(get("name"), NfsStatus.NOXATTR);
    }

    @Test
    void list_inParts_hasEachOnce() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            set(SetXattr.CREATE, "attribute-" + i, "v").ok();
            names.add("attribute-" + i);
        }
        List<String> listed = new ArrayList<>();
        long cookie = 0;
        Result.Names part;
        do {
            part = at(file, Ops.listXattrs(cookie, 200)).ok().get(Result.Names.class);
            listed.addAll(part.names());
            cookie = part.cookie();
        } while (!part.eof());
        assertThat(listed).hasSize(40).containsExactlyInAnyOrderElementsOf(names);
    }

    /** A place in a list would leave out or repeat what stays; here half of the names go and others come at each step. */
    @Test
    void list_whileNamesComeAndGo_hasWhatStaysOnce() {
        Set<String> staying = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            set(SetXattr.CREATE, "stays-" + i, "v").ok();
            set(SetXattr.CREATE, "goes-" + i, "v").ok();
            staying.add("stays-" + i);
        }
        List<String> listed = new ArrayList<>();
        long cookie = 0;
        Result.Names part;
        int step = 0;
        do {
            part = at(file, Ops.listXattrs(cookie, 100)).ok().get(Result.Names.class);
            listed.addAll(part.names());
            cookie = part.cookie();
            for (int i = 0; i < 3 && step < 30; i++, step++) {
                at(file, Ops.removeXattr("goes-" + step)).ok();
                set(SetXattr.CREATE, "comes-" + step, "v").ok();
            }
        } while (!part.eof());
        assertThat(listed).doesNotHaveDuplicates();
        listed.removeIf(name -> !name.startsWith("stays-"));
        assertThat(listed).containsExactlyInAnyOrderElementsOf(staying);
    }

    @Test
    void list_ofNone_isEmpty() {
        Result.Names names = at(file, Ops.listXattrs(0, 4096)).ok().get(Result.Names.class);
        assertThat(names.names()).isEmpty();
        assertThat(names.eof()).isTrue();
    }

    @Test
    void list_withTooLittleRoom_isTooSmall() {
        set(SetXattr.CREATE, "a-name-that-is-rather-long", "v").ok();
        assertStatus(at(file, Ops.listXattrs(0, 20)), NfsStatus.TOOSMALL);
    }

    @Test
    void onDirectory_work() {
        here(Ops.setXattr(SetXattr.EITHER, "name", utf8("v"))).ok();
        assertThat(here(Ops.getXattr("name")).ok().get(Result.Value.class).value())
                .isEqualTo(Opaque.of("v"));
    }

    @Test
    void names_areChecked() {
        assertStatus(set(SetXattr.EITHER, "", "v"), NfsStatus.INVAL);
        assertStatus(set(SetXattr.EITHER, "n".repeat(300), "v"), NfsStatus.NAMETOOLONG, NfsStatus.INVAL);
        assertStatus(get(""), NfsStatus.INVAL, NfsStatus.NOXATTR);
    }

    @Test
    void tooBigValue_isTooBig() {
        assertStatus(set(SetXattr.EITHER, "name", "v".repeat(70_000)), NfsStatus.XATTR2BIG, NfsStatus.NOSPC);
    }

    @Test
    void largeValue_isKept() {
        set(SetXattr.EITHER, "name", "v".repeat(3000)).ok();
        assertThat(get("name").ok().get(Result.Value.class).value().length()).isEqualTo(3000);
    }

    @Test
    void withoutPermission_areRefused() {
        RpcCredential user = RpcCredential.sys(1234, 1234);
        Op write = Ops.setXattr(SetXattr.EITHER, "name", utf8("v"));
        assertStatus(session.callAs(user, Ops.putFh(file), write), NfsStatus.ACCESS, NfsStatus.PERM);
        set(SetXattr.EITHER, "name", "v").ok();
        assertStatus(session.callAs(user, Ops.putFh(file), Ops.removeXattr("name")), NfsStatus.ACCESS, NfsStatus.PERM);
        session.callAs(user, Ops.putFh(file), Ops.getXattr("name")).ok();
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0600))).ok();
        assertStatus(session.callAs(user, Ops.putFh(file), Ops.getXattr("name")), NfsStatus.ACCESS, NfsStatus.PERM);
    }

    @Test
    void unknownOption_isUndecodable() {
        Op op = Op.of(OpCode.SETXATTR, new XdrWriter().u32(7).text("name").text("v"));
        assertUndecodable(session.callMalformed(9, List.of(Ops.putFh(file), op)), NfsStatus.INVAL);
    }

    /** What Ring3 knows of a file is read like an attribute of its users; see {@code user.ring3.*} of the namespace. */
    @Test
    void attributesOfRing3_areReadButNotSet() {
        Opaque change = get("ring3.change").ok().get(Result.Value.class).value();
        assertThat(change).isEqualTo(Opaque.of(Long.toUnsignedString(change())));
        assertThat(get("ring3.subvolume").ok().get(Result.Value.class).value()).isEqualTo(Opaque.of("1"));
        assertStatus(get("ring3.else"), NfsStatus.NOXATTR);
        assertStatus(set(SetXattr.EITHER, "ring3.change", "0"), NfsStatus.PERM);
        assertStatus(at(file, Ops.removeXattr("ring3.change")), NfsStatus.PERM);
    }
}
