package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** File handles, and operations on files of the wrong type (RFC 8881, 4 and the operations' own sections). */
class HandleTest extends NfsSuite {
    private static final EnumSet<Kind> SPECIAL = EnumSet.of(Kind.SOCK, Kind.FIFO, Kind.BLK, Kind.CHR);

    @Test
    void operationsWithoutHandle_sayNoFileHandle() {
        List<Op> needy = new ArrayList<>(List.of(
                Ops.access(1),
                Ops.commit(0, 0),
                Ops.mkdir("d"),
                Ops.getAttr(Attr.TYPE),
                Ops.getFh(),
                Ops.lookup("n"),
                Ops.lookupp(),
                Ops.verify(AttrValues.ofSize(0)),
                Ops.nverify(AttrValues.ofSize(0)),
                Ops.read(StateId.ANONYMOUS, 0, 1),
                Ops.write(StateId.ANONYMOUS, 0, Ops.Stable.UNSTABLE, new byte[1]),
                Ops.readDir(0, Opaque.filled(8, 0), 512, 4096, Attr.TYPE),
                Ops.readLink(),
                Ops.remove("n"),
                Ops.rename("a", "b"),
                Ops.link("n"),
                Ops.saveFh(),
                Ops.restoreFh(),
                Ops.secInfo("n"),
                SessionOps.secInfoNoName(0),
                Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0)),
                create("n").op(),
                Ops.close(StateId.ANONYMOUS),
                Ops.unlock(new Ops.Range(0, 1), StateId.ANONYMOUS, 0),
                Ops.lockTest(true, new Ops.Range(0, 1), session.owner("o")),
                Ops.delegReturn(StateId.ANONYMOUS),
                Ops.openDowngrade(StateId.ANONYMOUS, 0, 1, 0)));
        if (minorVersion() == 2) {
            needy.addAll(List.of(
                    Ops.seek(StateId.ANONYMOUS, 0, false),
                    Ops.allocate(StateId.ANONYMOUS, new Ops.Range(0, 1)),
                    Ops.readPlus(StateId.ANONYMOUS, 0, 1),
                    Ops.getXattr("a"),
                    Ops.listXattrs(0, 4096),
                    Ops.copy(StateId.ANONYMOUS, StateId.ANONYMOUS, 0, 0, 0, true),
                    Ops.cloneRange(StateId.ANONYMOUS, StateId.ANONYMOUS, 0, 0, 0)));
        }
        Map<Integer, NfsStatus> others = new TreeMap<>();
        for (Op op : needy) {
            NfsStatus status = session.call(op).status();
            if (status != NfsStatus.NOFILEHANDLE) {
                others.put(op.code(), status);
            }
        }
        assertThat(others).as("by operation, what is not NOFILEHANDLE").isEmpty();
    }

    @Test
    void operationsOfTwoHandles_withoutSaved_sayNoFileHandle() {
        for (Op op : List.of(Ops.link("n"), Ops.rename("a", "b"), Ops.restoreFh())) {
            assertStatus(here(op), NfsStatus.NOFILEHANDLE);
        }
    }

    @Test
    void saveAndRestore_areAStackOfOne() {
        Opaque child = here(Ops.mkdir("d"), Ops.getFh()).handle();
        Reply reply = here(Ops.saveFh(), Ops.lookup("d"), Ops.restoreFh(), Ops.getFh());
        assertThat(reply.handle()).isEqualTo(directory);
        assertThat(at(child, Ops.saveFh(), Ops.putRootFh(), Ops.restoreFh(), Ops.getFh())
                        .handle())
                .isEqualTo(child);
    }

    @Test
    void garbageHandle_isBad() {
        for (Opaque handle :
                List.of(Opaque.of("x"), Opaque.filled(16, 0), Opaque.filled(64, 7), Opaque.filled(128, 255))) {
            assertStatus(at(handle, Ops.getAttr(Attr.TYPE)), NfsStatus.BADHANDLE);
        }
    }

    @Test
    void emptyHandle_isBad() {
        assertUndecodable(
                client.connection.compound(
                        client.credential, session.encode(0, true, List.of(Ops.putFh(Opaque.filled(0, 0))))),
                NfsStatus.BADHANDLE);
    }

    /** A handle that was changed anywhere names nothing, least of all another file. */
    @Test
    void changedHandle_isRefused() {
        Opaque file = fileOf("file", "x");
        for (int i = 0; i < file.length(); i++) {
            Reply reply = at(file.flipped(i), Ops.getAttr(Attr.TYPE));
            assertStatus(reply, NfsStatus.BADHANDLE, NfsStatus.STALE);
        }
    }

    @Test
    void handleOfRemovedFile_isStale() {
        Opaque file = fileOf("file", "x");
        Opaque gone = here(Ops.mkdir("dir"), Ops.getFh()).handle();
        here(Ops.remove("file")).ok();
        here(Ops.remove("dir")).ok();
        assertStatus(at(file, Ops.getAttr(Attr.TYPE)), NfsStatus.STALE);
        assertStatus(at(gone, Ops.getAttr(Attr.TYPE)), NfsStatus.STALE);
        assertStatus(at(gone, Ops.mkdir("child")), NfsStatus.STALE);
    }

    @Test
    void handle_isTheSameEveryWay() {
        Opaque file = fileOf("file", "x");
        assertThat(child("file")).isEqualTo(file);
        here(Ops.saveFh(), Ops.rename("file", "moved")).ok();
        assertThat(child("moved")).isEqualTo(file);
        assertThat(at(file, Ops.getAttr(Attr.FILEHANDLE)).attrs().handle()).isEqualTo(file);
        assertThat(at(file, Ops.saveFh(), Ops.putFh(directory), Ops.link("linked"), Ops.lookup("linked"), Ops.getFh())
                        .handle())
                .isEqualTo(file);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void lookupIn_nonDirectory_isRefused(Kind kind) {
        Reply reply = at(make(kind), Ops.lookup("name"));
        assertStatus(
                reply,
                switch (kind) {
                    case DIR -> NfsStatus.NOENT;
                    case LNK -> NfsStatus.SYMLINK;
                    case REG, SOCK, FIFO, BLK, CHR -> NfsStatus.NOTDIR;
                });
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "DIR")
    void directoryOperations_onOthers_areRefused(Kind kind) {
        Opaque handle = make(kind);
        List<Op> ops = List.of(
                Ops.lookupp(),
                Ops.readDir(0, Opaque.filled(8, 0), 512, 4096, Attr.TYPE),
                Ops.mkdir("d"),
                Ops.remove("n"),
                Ops.secInfo("n"),
                create("n").op());
        for (Op op : ops) {
            if (kind == Kind.LNK) {
                assertStatus(at(handle, op), NfsStatus.NOTDIR, NfsStatus.SYMLINK);
            } else {
                assertStatus(at(handle, op), NfsStatus.NOTDIR);
            }
        }
        assertStatus(here(Ops.saveFh(), Ops.putFh(handle), Ops.rename("a", "b")), NfsStatus.NOTDIR, NfsStatus.SYMLINK);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "REG")
    void fileOperations_onOthers_areRefused(Kind kind) {
        Opaque handle = make(kind);
        List<Op> ops = List.of(
                Ops.read(StateId.ANONYMOUS, 0, 10),
                Ops.write(StateId.ANONYMOUS, 0, Ops.Stable.UNSTABLE, new byte[1]),
                Ops.commit(0, 0),
                Ops.lockTest(true, new Ops.Range(0, 1), session.owner("o")));
        for (Op op : ops) {
            Reply reply = at(handle, op);
            switch (kind) {
                case DIR -> assertStatus(reply, NfsStatus.ISDIR);
                case LNK -> assertStatus(reply, NfsStatus.SYMLINK, NfsStatus.INVAL, NfsStatus.WRONG_TYPE);
                case REG, SOCK, FIFO, BLK, CHR -> assertStatus(reply, NfsStatus.INVAL, NfsStatus.WRONG_TYPE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void readLink_onOthers_isRefused(Kind kind) {
        Reply reply = at(make(kind), Ops.readLink());
        if (kind == Kind.LNK) {
            assertThat(reply.ok().get(Result.Text.class).text()).isEqualTo("target");
        } else {
            assertStatus(reply, NfsStatus.INVAL, NfsStatus.WRONG_TYPE);
        }
    }

    /** RFC 8881, 18.16.3: ISDIR for a directory, SYMLINK for whatever else is no regular file; 15.1 adds WRONG_TYPE. */
    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "REG")
    void open_ofOthers_isRefused(Kind kind) {
        make(kind);
        Reply reply = here(Open.by(session.owner("o")).name("a-" + kind).op());
        if (kind == Kind.DIR) {
            assertStatus(reply, NfsStatus.ISDIR);
        } else if (kind == Kind.LNK) {
            assertStatus(reply, NfsStatus.SYMLINK);
        } else {
            assertStatus(reply, NfsStatus.SYMLINK, NfsStatus.WRONG_TYPE);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKind_hasItsTypeAndCanBeSavedAndRemoved(Kind kind) {
        Opaque handle = make(kind);
        Attrs attrs = at(handle, Ops.saveFh(), Ops.restoreFh(), Ops.getAttr(Attr.TYPE, Attr.RAWDEV, Attr.NUMLINKS))
                .attrs();
        assertThat(attrs.u32(Attr.TYPE)).isEqualTo(kind.type().ordinal());
        if (kind == Kind.BLK || kind == Kind.CHR) {
            assertThat(attrs.pair(Attr.RAWDEV)).isEqualTo(new Attrs.Pair(3, 7));
        }
        assertThat(attrs.u32(Attr.NUMLINKS)).isEqualTo(kind == Kind.DIR ? 2 : 1);
        here(Ops.remove("a-" + kind)).ok();
        assertStatus(here(Ops.lookup("a-" + kind)), NfsStatus.NOENT);
    }

    @Test
    void link_ofSpecialFiles_isMade() {
        for (Kind kind : SPECIAL) {
            Opaque handle = make(kind);
            Reply reply = at(
                    handle,
                    Ops.saveFh(),
                    Ops.putFh(directory),
                    Ops.link("l-" + kind),
                    Ops.lookup("l-" + kind),
                    Ops.getAttr(Attr.NUMLINKS));
            assertThat(reply.attrs().u32(Attr.NUMLINKS)).isEqualTo(2);
        }
    }

    @Test
    void lookupp_ofRoot_isNoEntry() {
        assertStatus(session.call(Ops.putRootFh(), Ops.lookupp()), NfsStatus.NOENT);
    }

    @Test
    void lookupp_findsParent() {
        Opaque child = here(Ops.mkdir("d"), Ops.getFh()).handle();
        assertThat(at(child, Ops.lookupp(), Ops.getFh()).handle()).isEqualTo(directory);
    }

    @Test
    void publicHandle_isTheRoot() {
        Opaque root = session.call(Ops.putRootFh(), Ops.getFh()).handle();
        Reply reply = session.call(Op.of(OpCode.PUTPUBFH), Ops.getFh());
        if (reply.status() != NfsStatus.NOTSUPP) {
            assertThat(reply.handle()).isEqualTo(root);
        }
    }

    @Test
    void secInfo_namesAuthSys_andConsumesTheHandle() {
        here(Ops.mkdir("d")).ok();
        assertThat(here(Ops.secInfo("d")).ok().get(Result.Flavors.class).flavors())
                .contains(1);
        assertThat(here(SessionOps.secInfoNoName(0))
                        .ok()
                        .get(Result.Flavors.class)
                        .flavors())
                .contains(1);
        assertThat(here(SessionOps.secInfoNoName(1))
                        .ok()
                        .get(Result.Flavors.class)
                        .flavors())
                .contains(1);
        assertStatus(here(Ops.secInfo("d"), Ops.getFh()), NfsStatus.NOFILEHANDLE);
        assertStatus(here(SessionOps.secInfoNoName(0), Ops.getFh()), NfsStatus.NOFILEHANDLE);
        assertStatus(here(Ops.secInfo("absent")), NfsStatus.NOENT);
        assertStatus(session.call(Ops.putRootFh(), SessionOps.secInfoNoName(1)), NfsStatus.NOENT);
    }

    /** As LOOKUPP there (18.45.3). */
    @Test
    void secInfoOfParent_withoutAccess_isDenied() {
        here(Ops.create(Attr.FileType.DIR, Opaque.of("closed"), AttrValues.ofMode(0700)))
                .ok();
        RpcCredential user = RpcCredential.sys(1234, 1234);
        Opaque closed = child("closed");
        assertStatus(session.callAs(user, Ops.putFh(closed), Ops.lookupp()), NfsStatus.ACCESS);
        assertStatus(session.callAs(user, Ops.putFh(closed), SessionOps.secInfoNoName(1)), NfsStatus.ACCESS);
        session.callAs(user, Ops.putFh(closed), SessionOps.secInfoNoName(0)).ok();
    }
}
