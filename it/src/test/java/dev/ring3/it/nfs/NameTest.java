package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and what is done to them: CREATE, LINK, RENAME, REMOVE, READDIR (RFC 8881, 18.4, 18.9, 18.26, 18.25, 18.23). */
class NameTest extends NfsSuite {
    /** Code points that are no characters and never will be (RFC 3454, C.4; 14.1). */
    @Test
    void nameOfNoncharacters_isInvalid() {
        Opaque name = Opaque.of(new byte[] {(byte) 0xef, (byte) 0xbf, (byte) 0xbe});
        here(Ops.mkdir("d")).ok();
        assertStatus(here(Ops.lookup(name)), NfsStatus.INVAL);
        assertStatus(here(Ops.saveFh(), Ops.rename(name, Opaque.of("e"))), NfsStatus.INVAL);
        assertStatus(here(Ops.saveFh(), Ops.rename(Opaque.of("d"), name)), NfsStatus.INVAL);
    }

    private static final Opaque NO_VERIFIER = Opaque.filled(8, 0);
    private static final List<Opaque> NOT_NAMES =
            List.of(Opaque.of("."), Opaque.of(".."), Opaque.of("a/b"), Opaque.filled(3, 0));

    @Test
    void emptyName_isInvalid() {
        Opaque empty = Opaque.filled(0, 0);
        assertStatus(here(Ops.lookup(empty)), NfsStatus.INVAL);
        assertStatus(here(Ops.remove(empty)), NfsStatus.INVAL);
        assertStatus(here(Ops.mkdir("")), NfsStatus.INVAL);
        assertStatus(here(create("x").name(empty).op()), NfsStatus.INVAL);
        here(Ops.mkdir("d")).ok();
        assertStatus(here(Ops.saveFh(), Ops.rename("", "e")), NfsStatus.INVAL);
        assertStatus(here(Ops.saveFh(), Ops.rename("d", "")), NfsStatus.INVAL);
        Opaque file = fileOf("f", "x");
        assertStatus(at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("")), NfsStatus.INVAL);
    }

    @Test
    void tooLongName_isTooLong() {
        String name = "n".repeat(256);
        assertStatus(here(Ops.lookup(name)), NfsStatus.NAMETOOLONG);
        assertStatus(here(Ops.mkdir(name)), NfsStatus.NAMETOOLONG);
        assertStatus(here(Ops.remove(name)), NfsStatus.NAMETOOLONG, NfsStatus.NOENT);
        assertStatus(here(create("x").name(name).op()), NfsStatus.NAMETOOLONG);
        here(Ops.mkdir("d")).ok();
        assertStatus(here(Ops.saveFh(), Ops.rename("d", name)), NfsStatus.NAMETOOLONG);
        here(Ops.mkdir("n".repeat(255))).ok();
    }

    @Test
    void dotsSlashesAndNulls_areNoNames() {
        here(Ops.mkdir("d")).ok();
        for (Opaque name : NOT_NAMES) {
            NfsStatus[] bad = {NfsStatus.BADNAME, NfsStatus.BADCHAR, NfsStatus.INVAL};
            assertStatus(
                    here(Ops.lookup(name)), NfsStatus.BADNAME, NfsStatus.BADCHAR, NfsStatus.INVAL, NfsStatus.NOENT);
            assertStatus(here(Ops.create(Attr.FileType.DIR, name, AttrValues.none())), bad);
            assertStatus(
                    here(Ops.remove(name)), NfsStatus.BADNAME, NfsStatus.BADCHAR, NfsStatus.INVAL, NfsStatus.NOENT);
            assertStatus(here(Ops.saveFh(), Ops.rename(Opaque.of("d"), name)), bad);
            assertStatus(here(create("x").name(name).op()), bad);
        }
        assertThat(names()).containsExactly("d");
    }

    @Test
    void namesOfOtherScripts_areKeptAsTheyAre() {
        Set<String> names =
                Set.of("\u00e4\u00f6", "a\u0308", "\u6f22\u5b57", "\ud83d\ude00", " blank ", "Case", "case", "a:b*?");
        names.forEach(name -> here(Ops.mkdir(name)).ok());
        assertThat(names()).isEqualTo(names);
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        readAll(directory, 65536).forEach(entry -> names.add(entry.name()));
        return names;
    }

    private List<Result.Entry> readAll(Opaque handle, int maxCount) {
        List<Result.Entry> all = new ArrayList<>();
        long cookie = 0;
        Opaque verifier = NO_VERIFIER;
        while (true) {
            Result.Directory part = at(
                            handle, Ops.readDir(cookie, verifier, maxCount, maxCount, Attr.TYPE, Attr.FILEID))
                    .ok()
                    .get(Result.Directory.class);
            all.addAll(part.entries());
            if (part.eof()) {
                return all;
            }
            assertThat(part.entries()).as("progress").isNotEmpty();
            cookie = part.entries().getLast().cookie();
            verifier = part.verifier();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Attr.FileType.class,
            names = {"NONE", "REG"})
    void create_ofOtherType_isBadType(Attr.FileType type) {
        Reply reply = here(Ops.create(type, Opaque.of("x"), AttrValues.none()));
        assertStatus(reply, NfsStatus.BADTYPE, NfsStatus.BADXDR);
        assertThat(names()).isEmpty();
    }

    @Test
    void create_overExisting_exists() {
        here(Ops.mkdir("d")).ok();
        fileOf("f", "");
        for (String name : List.of("d", "f")) {
            assertStatus(here(Ops.mkdir(name)), NfsStatus.EXIST);
            assertStatus(here(Ops.symlink(name, "t")), NfsStatus.EXIST);
        }
    }

    @Test
    void create_setsAttributes_andMakesItCurrent() {
        Reply reply = here(
                Ops.create(Attr.FileType.DIR, Opaque.of("d"), AttrValues.ofMode(0711)),
                Ops.getAttr(Attr.MODE, Attr.TYPE));
        assertThat(reply.attrs().u32(Attr.MODE)).isEqualTo(0711);
        assertThat(reply.changed().set().get(Attr.MODE)).isTrue();
    }

    @Test
    void create_withReadOnlyAttribute_isInvalid() {
        AttrValues fileId = AttrValues.none().put(Attr.FILEID, new XdrWriter().u64(1));
        assertStatus(here(Ops.create(Attr.FileType.DIR, Opaque.of("d"), fileId)), NfsStatus.INVAL);
        assertThat(names()).isEmpty();
    }

    @Test
    void create_withUnknownAttribute_isNotSupported() {
        AttrValues unknown = AttrValues.none().put(1000, new XdrWriter().u64(1));
        assertStatus(
                here(Ops.create(Attr.FileType.DIR, Opaque.of("d"), unknown)), NfsStatus.ATTRNOTSUPP, NfsStatus.INVAL);
        assertThat(names()).isEmpty();
    }

    @Test
    void symlink_withEmptyTarget_isInvalid() {
        assertStatus(here(Ops.symlink("l", "")), NfsStatus.INVAL, NfsStatus.NOENT);
    }

    @Test
    void symlink_keepsItsText() {
        String text = "../x/./y//z\u00e4";
        Reply reply = here(Ops.symlink("l", text), Ops.readLink());
        assertThat(reply.ok().get(Result.Text.class).text()).isEqualTo(text);
        assertThat(at(child("l"), Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE))
                .isEqualTo(utf8(text).length);
    }

    @Test
    void changeInfo_ofEachOperation_matchesTheDirectory() {
        fileOf("f", "x");
        Opaque file = child("f");
        Opaque other = here(Ops.mkdir("other"), Ops.getFh()).handle();
        assertMoves(directory, Ops.mkdir("d"));
        assertMoves(directory, Ops.symlink("l", "t"));
        assertMoves(directory, Ops.remove("d"));
        long before = change(directory);
        Reply linked = at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("hard"));
        assertInfo(linked.changed().info(), before, change(directory));
        before = change(directory);
        Reply opened = here(create("g").op());
        assertInfo(opened.opened().info(), before, change(directory));
        before = change(directory);
        long beforeOther = change(other);
        Reply renamed = here(Ops.saveFh(), Ops.putFh(other), Ops.rename("f", "moved"));
        assertInfo(renamed.changed().info(), before, change(directory));
        Result.ChangeInfo targetInfo = renamed.changed().target();
        assertInfo(Objects.requireNonNull(targetInfo), beforeOther, change(other));
    }

    private void assertMoves(Opaque where, Op op) {
        long before = change(where);
        Result.ChangeInfo info = at(where, op).changed().info();
        assertInfo(info, before, change(where));
    }

    /** Nobody else works here, so the numbers are known, atomic or not. */
    private static void assertInfo(Result.ChangeInfo info, long before, long after) {
        assertThat(info.after()).isNotEqualTo(info.before());
        assertThat(info.after()).isEqualTo(after);
        assertThat(info.before()).isEqualTo(before);
    }

    private long change(Opaque handle) {
        return at(handle, Ops.getAttr(Attr.CHANGE)).attrs().u64(Attr.CHANGE);
    }

    @Test
    void remove_absent_isNoEntry() {
        assertStatus(here(Ops.remove("absent")), NfsStatus.NOENT);
    }

    @Test
    void remove_nonEmptyDirectory_isNotEmpty() {
        Opaque d = here(Ops.mkdir("d"), Ops.getFh()).handle();
        at(d, Ops.mkdir("e")).ok();
        assertStatus(here(Ops.remove("d")), NfsStatus.NOTEMPTY);
        at(d, Ops.remove("e")).ok();
        here(Ops.remove("d")).ok();
    }

    /** An open file may be removed and stays usable, or the server refuses (18.25.4). */
    @Test
    void remove_openFile_keepsItReadable() {
        Opened file = newFile("f");
        file.write(0, "content");
        Reply removed = here(Ops.remove("f"));
        if (removed.status() != NfsStatus.FILE_OPEN) {
            removed.ok();
            assertThat(file.read(0, 20)).isEqualTo("content");
            file.close();
            assertStatus(at(file.handle(), Ops.getAttr(Attr.TYPE)), NfsStatus.STALE);
        }
    }

    @Test
    void link_sharesTheFile() {
        Opaque file = fileOf("f", "x");
        long before = change(file);
        at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("l")).ok();
        assertThat(change(file)).isNotEqualTo(before);
        assertThat(at(file, Ops.getAttr(Attr.NUMLINKS)).attrs().u32(Attr.NUMLINKS))
                .isEqualTo(2);
        here(Ops.remove("f")).ok();
        assertThat(at(file, Ops.getAttr(Attr.NUMLINKS)).attrs().u32(Attr.NUMLINKS))
                .isEqualTo(1);
    }

    @Test
    void link_refusals() {
        Opaque file = fileOf("f", "x");
        Opaque sub = here(Ops.mkdir("d"), Ops.getFh()).handle();
        assertStatus(at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("d")), NfsStatus.EXIST);
        assertStatus(at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("f")), NfsStatus.EXIST);
        assertStatus(at(sub, Ops.saveFh(), Ops.putFh(directory), Ops.link("x")), NfsStatus.ISDIR);
        assertStatus(at(file, Ops.saveFh(), Ops.link("x")), NfsStatus.NOTDIR);
    }

    @Test
    void rename_overFile_replacesIt() {
        Opaque f = fileOf("f", "new");
        Opaque g = fileOf("g", "old");
        here(Ops.saveFh(), Ops.rename("f", "g")).ok();
        assertThat(child("g")).isEqualTo(f);
        assertStatus(here(Ops.lookup("f")), NfsStatus.NOENT);
        assertStatus(at(g, Ops.getAttr(Attr.TYPE)), NfsStatus.STALE);
    }

    @Test
    void rename_betweenTypes_exists() {
        fileOf("f", "");
        Opaque d = here(Ops.mkdir("d"), Ops.getFh()).handle();
        // 18.26.3: not compatible: EXIST; the error of the POSIX call is taken too.
        assertStatus(here(Ops.saveFh(), Ops.rename("f", "d")), NfsStatus.EXIST, NfsStatus.ISDIR);
        assertStatus(here(Ops.saveFh(), Ops.rename("d", "f")), NfsStatus.EXIST, NfsStatus.NOTDIR);
        here(Ops.mkdir("e")).ok();
        at(d, Ops.mkdir("full")).ok();
        assertStatus(here(Ops.saveFh(), Ops.rename("e", "d")), NfsStatus.EXIST, NfsStatus.NOTEMPTY);
        at(d, Ops.remove("full")).ok();
        here(Ops.saveFh(), Ops.rename("e", "d")).ok();
    }

    @Test
    void rename_toItself_changesNothing() {
        Opaque file = fileOf("f", "x");
        at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("l")).ok();
        for (String to : List.of("f", "l")) {
            Result.Changed changed = here(Ops.saveFh(), Ops.rename("f", to)).changed();
            assertThat(changed.info().before()).isEqualTo(changed.info().after());
        }
        assertThat(names()).containsExactlyInAnyOrder("f", "l");
    }

    @Test
    void rename_intoOwnChild_isInvalid() {
        Opaque d = here(Ops.mkdir("d"), Ops.getFh()).handle();
        assertStatus(here(Ops.saveFh(), Ops.putFh(d), Ops.rename("d", "inside")), NfsStatus.INVAL);
    }

    @Test
    void rename_absent_isNoEntry() {
        assertStatus(here(Ops.saveFh(), Ops.rename("absent", "x")), NfsStatus.NOENT);
    }

    @Test
    void readDir_ofEmptyDirectory_ends() {
        Result.Directory result =
                here(Ops.readDir(0, NO_VERIFIER, 512, 4096, Attr.TYPE)).ok().get(Result.Directory.class);
        assertThat(result.entries()).isEmpty();
        assertThat(result.eof()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1000, 4096, 65536})
    void readDir_inParts_hasEachNameOnce(int maxCount) {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String name = "entry" + i;
            here(Ops.symlink(name, "t")).ok();
            made.add(name);
        }
        List<Result.Entry> all = readAll(directory, maxCount);
        assertThat(all)
                .hasSize(100)
                .allMatch(entry -> entry.cookie() != 0 && entry.cookie() != 1 && entry.cookie() != 2);
        assertThat(all.stream().map(Result.Entry::cookie).distinct()).hasSize(100);
        assertThat(names()).isEqualTo(made);
    }

    /** Cookies stay good while others come and go: what was there all the time is seen exactly once. */
    @Test
    void readDir_whileNamesComeAndGo_seesWhatStaysOnce() {
        for (int i = 0; i < 60; i++) {
            here(Ops.mkdir("stay" + i)).ok();
        }
        Set<String> seen = new HashSet<>();
        long cookie = 0;
        Opaque verifier = NO_VERIFIER;
        for (int round = 0; ; round++) {
            Result.Directory part = here(Ops.readDir(cookie, verifier, 600, 600, Attr.TYPE))
                    .ok()
                    .get(Result.Directory.class);
            for (Result.Entry entry : part.entries()) {
                if (entry.name().startsWith("stay")) {
                    assertThat(seen.add(entry.name()))
                            .as("%s is new", entry.name())
                            .isTrue();
                }
                cookie = entry.cookie();
            }
            if (part.eof()) {
                break;
            }
            verifier = part.verifier();
            here(Ops.mkdir("new" + round)).ok();
            if (round > 0) {
                here(Ops.remove("new" + (round - 1))).ok();
            }
        }
        assertThat(seen).hasSize(60);
    }

    @Test
    void readDir_tooSmallForOneEntry_isTooSmall() {
        here(Ops.mkdir("d".repeat(200))).ok();
        assertStatus(here(Ops.readDir(0, NO_VERIFIER, 10, 30, Attr.TYPE)), NfsStatus.TOOSMALL);
        assertStatus(here(Ops.readDir(0, NO_VERIFIER, 10, 0, Attr.TYPE)), NfsStatus.TOOSMALL);
    }

    @Test
    void readDir_answerFitsMaxCount() {
        for (int i = 0; i < 50; i++) {
            here(Ops.mkdir("entry" + i)).ok();
        }
        byte[] call = session.encode(
                0, true, List.of(Ops.putFh(directory), Ops.readDir(0, NO_VERIFIER, 1000, 1000, Attr.TYPE, Attr.SIZE)));
        RpcReply reply = client.connection.compound(client.credential, call);
        assertThat(reply).isInstanceOfSatisfying(RpcReply.Success.class, success -> {
            // Status, tag, count, SEQUENCE, PUTFH, and the head of READDIR come on top of READDIR's result.
            assertThat(success.results().remaining()).isLessThanOrEqualTo(1000 + 16 + 44 + 8 + 8);
            Reply.read(success.results()).ok();
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void readDir_reservedCookie_isBad(long cookie) {
        assertStatus(here(Ops.readDir(cookie, NO_VERIFIER, 512, 4096)), NfsStatus.BAD_COOKIE);
    }

    @Test
    void readDir_firstWithVerifier_isRefusedOrIgnored() {
        assertStatus(
                here(Ops.readDir(0, Opaque.filled(8, 5), 512, 4096)),
                NfsStatus.BAD_COOKIE,
                NfsStatus.NOT_SAME,
                NfsStatus.OK);
    }

    @Test
    void readDir_unsettableAttribute_isInvalid() {
        here(Ops.mkdir("d")).ok();
        assertStatus(here(Ops.readDir(0, NO_VERIFIER, 512, 4096, Attr.TIME_ACCESS_SET)), NfsStatus.INVAL);
    }

    @Test
    void readDir_attributes_areThoseOfGetAttr() {
        fileOf("f", "some content");
        make(Kind.LNK);
        make(Kind.FIFO);
        int[] bits = {Attr.TYPE, Attr.SIZE, Attr.FSID, Attr.FILEHANDLE, Attr.FILEID, Attr.MODE, Attr.OWNER, Attr.CHANGE
        };
        List<Result.Entry> entries = here(Ops.readDir(0, NO_VERIFIER, 8192, 8192, bits))
                .ok()
                .get(Result.Directory.class)
                .entries();
        assertThat(entries).hasSize(3);
        for (Result.Entry entry : entries) {
            assertThat(entry.attrs())
                    .isEqualTo(here(Ops.lookup(entry.name()), Ops.getAttr(bits)).attrs());
        }
    }
}
