package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.it.nfs.Ops.Range;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What each operation answers to what it cannot do, as far as no other class asks: a line for each case, with the statuses
 * that RFC 8881 (sections 15.2 and 18), RFC 7862 (section 15) or RFC 8276 allow.
 */
class StatusTest extends NfsSuite {
    private static final Range FIRST = new Range(0, 1);

    /** A stateid whose number is far from all that there are. */
    private static StateId nobodys(StateId like) {
        return new StateId(like.seqid(), like.other().flipped(8));
    }

    /** A call, and what it may be answered. */
    private record Case(String what, Reply reply, List<NfsStatus> allowed) {
        static Case of(String what, Reply reply, NfsStatus... allowed) {
            return new Case(what, reply, List.of(allowed));
        }
    }

    private static void check(Case... cases) {
        List<String> wrong = Stream.of(cases)
                .filter(each -> !each.allowed().contains(each.reply().status()))
                .map(each -> "%s: %s, not one of %s"
                        .formatted(each.what(), each.reply().status(), each.allowed()))
                .toList();
        assertThat(wrong).isEmpty();
    }

    /** An open file, another one, and stateids that are wrong for the first in every way. */
    private record Stage(Opened file, Opened other, StateId lock, StateId closed) {
        Stream<StateId> special() {
            return Stream.of(StateId.ANONYMOUS, StateId.BYPASS, StateId.INVALID);
        }

        /** What is no open of the first file. */
        Stream<StateId> foreign() {
            return Stream.concat(special(), Stream.of(other.stateId(), lock, closed, nobodys(file.stateId())));
        }
    }

    private Stage stage() {
        Opened gone = newFile("gone");
        gone.close();
        Opened file = newFile("file");
        StateId lock = file.call(Ops.lockFirst(true, FIRST, 0, file.stateId(), 0, session.owner("l")))
                .stateId();
        return new Stage(file, newFile("other"), lock, gone.stateId());
    }

    private static Case[] each(String what, Stream<StateId> ids, Function<StateId, Reply> call) {
        return ids.map(id -> Case.of(what + " with " + id, call.apply(id), NfsStatus.BAD_STATEID))
                .toArray(Case[]::new);
    }

    /** The control: a status that is not in the table is noticed. */
    @Test
    void otherStatus_isNoticed() {
        assertThatThrownBy(() -> check(Case.of("REMOVE", here(Ops.remove("absent")), NfsStatus.EXIST)))
                .hasMessageContaining("REMOVE: NOENT");
    }

    /** The control: nor is one that its operation does not have, which every answer to this client is held against. */
    @Test
    void statusOfAnotherOperation_isNoticed() {
        Reply.Item item = new Reply.Item(OpCode.READDIR, NfsStatus.SYMLINK, new Result.Nothing());
        Reply reply = new Reply(NfsStatus.SYMLINK, Opaque.of("it"), List.of(item));
        assertThatThrownBy(() -> ValidStatuses.check(1, reply)).hasMessageContaining("SYMLINK");
    }

    /** Links are no directories either, to all but what follows a path. */
    @Test
    void directoryOperations_onALink_areOfNoDirectory() {
        Opaque link = make(Kind.LNK);
        fileOf("f", "x");
        check(
                Case.of("CREATE", at(link, Ops.mkdir("x")), NfsStatus.NOTDIR),
                Case.of("REMOVE", at(link, Ops.remove("x")), NfsStatus.NOTDIR),
                Case.of("RENAME from", at(link, Ops.saveFh(), Ops.rename("f", "g")), NfsStatus.NOTDIR),
                Case.of(
                        "LINK into",
                        at(child("f"), Ops.saveFh(), Ops.putFh(link), Ops.link("x")),
                        NfsStatus.NOTDIR,
                        NfsStatus.SYMLINK),
                Case.of("READDIR", at(link, Ops.readDir(0, Opaque.filled(8, 0), 4096, 4096)), NfsStatus.NOTDIR),
                Case.of("SECINFO", at(link, Ops.secInfo("x")), NfsStatus.NOTDIR),
                Case.of("SECINFO_NO_NAME", at(link, SessionOps.secInfoNoName(1)), NfsStatus.NOTDIR),
                Case.of("LOOKUP", at(link, Ops.lookup("x")), NfsStatus.SYMLINK),
                Case.of("LOOKUPP", at(link, Ops.lookupp()), NfsStatus.SYMLINK, NfsStatus.NOTDIR));
    }

    /** What the sticky bit forbids the filesystem calls EPERM, which these operations have no status for. */
    @Test
    void stickyDirectory_ofAnother_deniesAccess() {
        here(Ops.create(Attr.FileType.DIR, Opaque.of("sticky"), AttrValues.ofMode(01777)))
                .ok();
        Opaque sticky = child("sticky");
        at(sticky, create("f").op()).ok();
        RpcCredential user = RpcCredential.sys(1234, 1234);
        check(
                Case.of("REMOVE", session.callAs(user, Ops.putFh(sticky), Ops.remove("f")), NfsStatus.ACCESS),
                Case.of(
                        "RENAME",
                        session.callAs(user, Ops.putFh(sticky), Ops.saveFh(), Ops.rename("f", "g")),
                        NfsStatus.ACCESS));
    }

    @Test
    void close_ofWhatIsNoOpen_isABadState() {
        Stage stage = stage();
        Opened file = stage.file();
        check(each("CLOSE", stage.foreign(), id -> file.call(Ops.close(id))));
        check(
                Case.of("with no current stateid", file.call(Ops.close(StateId.CURRENT)), NfsStatus.BAD_STATEID),
                Case.of(
                        "of another file's handle",
                        stage.other().call(Ops.close(file.stateId())),
                        NfsStatus.BAD_STATEID),
                Case.of(
                        "with a seqid to come",
                        file.call(Ops.close(file.stateId().withSeqid(7))),
                        NfsStatus.BAD_STATEID),
                Case.of("of a directory", here(Ops.close(file.stateId())), NfsStatus.BAD_STATEID, NfsStatus.ISDIR));
        file.call(Ops.unlock(new Range(0, -1), stage.lock(), 0)).ok();
        file.call(Ops.close(file.stateId().withSeqid(0))).ok();
        check(Case.of("twice", file.call(Ops.close(file.stateId())), NfsStatus.BAD_STATEID));
    }

    @Test
    void downgrade_ofWhatIsNoOpen_isABadState() {
        Stage stage = stage();
        Opened file = stage.file();
        check(each("OPEN_DOWNGRADE", stage.foreign(), id -> file.call(Ops.openDowngrade(id, 0, Open.READ, 0))));
        check(
                Case.of("to nothing", file.call(Ops.openDowngrade(file.stateId(), 0, 0, 0)), NfsStatus.INVAL),
                Case.of("to what is none", file.call(Ops.openDowngrade(file.stateId(), 0, 8, 0)), NfsStatus.INVAL),
                Case.of("to a denial", file.call(Ops.openDowngrade(file.stateId(), 0, 1, 4)), NfsStatus.INVAL));
    }

    @Test
    void locks_withWhatIsNone_areABadState() {
        Stage stage = stage();
        Opened file = stage.file();
        Ops.Owner owner = session.owner("m");
        check(each(
                "LOCK of a new owner",
                stage.foreign(),
                id -> file.call(Ops.lockFirst(true, new Range(5, 1), 0, id, 0, owner))));
        Stream<StateId> noLocks =
                Stream.concat(stage.special(), Stream.of(file.stateId(), stage.closed(), nobodys(stage.lock())));
        check(each("LOCKU", noLocks, id -> file.call(Ops.unlock(FIRST, id, 0))));
        check(
                Case.of(
                        "LOCK with an open's",
                        file.call(Ops.lockMore(true, FIRST, file.stateId(), 0)),
                        NfsStatus.BAD_STATEID),
                Case.of("LOCKU of nothing", file.call(Ops.unlock(new Range(0, 0), stage.lock(), 0)), NfsStatus.INVAL),
                Case.of(
                        "LOCKU beyond the end",
                        file.call(Ops.unlock(new Range(-2, 10), stage.lock(), 0)),
                        NfsStatus.INVAL,
                        NfsStatus.BAD_RANGE),
                Case.of("LOCKT of nothing", file.call(Ops.lockTest(true, new Range(0, 0), owner)), NfsStatus.INVAL),
                Case.of(
                        "LOCKU on another file",
                        stage.other().call(Ops.unlock(FIRST, stage.lock(), 0)),
                        NfsStatus.BAD_STATEID),
                Case.of(
                        "LOCKU with a seqid to come",
                        file.call(Ops.unlock(FIRST, stage.lock().withSeqid(9), 0)),
                        NfsStatus.BAD_STATEID),
                Case.of("DELEGRETURN of an open", file.call(Ops.delegReturn(file.stateId())), NfsStatus.BAD_STATEID),
                Case.of(
                        "DELEGRETURN of nothing",
                        file.call(Ops.delegReturn(StateId.ANONYMOUS)),
                        NfsStatus.BAD_STATEID));
    }

    @Test
    void freeStateId_ofWhatIsNone_isABadState() {
        Stage stage = stage();
        check(each(
                "FREE_STATEID",
                Stream.concat(stage.special(), Stream.of(stage.closed(), nobodys(stage.lock()))),
                id -> session.call(Ops.freeStateId(id))));
        stage.file().call(Ops.lockMore(true, new Range(8, 1), stage.lock(), 0)).ok();
        check(Case.of(
                "FREE_STATEID of an old one",
                session.call(Ops.freeStateId(stage.lock())),
                NfsStatus.OLD_STATEID,
                NfsStatus.LOCKS_HELD));
    }

    @Test
    void data_withWrongStates_isRefused() {
        Stage stage = stage();
        Opened file = stage.file();
        Stream<StateId> none =
                Stream.of(StateId.INVALID, stage.other().stateId(), stage.closed(), nobodys(file.stateId()));
        for (StateId id : none.toList()) {
            check(
                    Case.of("READ " + id, file.call(Ops.read(id, 0, 1)), NfsStatus.BAD_STATEID),
                    Case.of(
                            "WRITE " + id,
                            file.call(Ops.write(id, 0, Ops.Stable.UNSTABLE, new byte[1])),
                            NfsStatus.BAD_STATEID),
                    Case.of("SETATTR " + id, file.call(Ops.setAttr(id, AttrValues.ofSize(0))), NfsStatus.BAD_STATEID),
                    Case.of("ALLOCATE " + id, file.call(Ops.allocate(id, FIRST)), NfsStatus.BAD_STATEID),
                    Case.of("DEALLOCATE " + id, file.call(Ops.deallocate(id, FIRST)), NfsStatus.BAD_STATEID),
                    Case.of("SEEK " + id, file.call(Ops.seek(id, 0, false)), NfsStatus.BAD_STATEID, NfsStatus.NXIO),
                    Case.of("READ_PLUS " + id, file.call(Ops.readPlus(id, 0, 1)), NfsStatus.BAD_STATEID),
                    Case.of("IO_ADVISE " + id, file.call(Ops.ioAdvise(id, FIRST, 0)), NfsStatus.BAD_STATEID),
                    Case.of(
                            "CLONE from " + id,
                            file.call(Ops.saveFh(), Ops.cloneRange(id, file.stateId(), 0, 0, 0)),
                            NfsStatus.BAD_STATEID),
                    Case.of(
                            "COPY to " + id,
                            file.call(Ops.saveFh(), Ops.copy(file.stateId(), id, 0, 0, 0, true)),
                            NfsStatus.BAD_STATEID));
        }
    }

    @Test
    void readDir_cookiesAndSizes() {
        for (int i = 0; i < 5; i++) {
            here(Ops.mkdir("d" + i)).ok();
        }
        Opaque none = Opaque.filled(8, 0);
        Result.Directory first = here(Ops.readDir(0, none, 4096, 4096)).ok().get(Result.Directory.class);
        long cookie = first.entries().getFirst().cookie();
        check(
                Case.of(
                        "another verifier",
                        here(Ops.readDir(cookie, first.verifier().flipped(3), 4096, 4096)),
                        NfsStatus.NOT_SAME,
                        NfsStatus.BAD_COOKIE),
                Case.of("cookie 1", here(Ops.readDir(1, none, 4096, 4096)), NfsStatus.BAD_COOKIE),
                Case.of("cookie 2", here(Ops.readDir(2, none, 4096, 4096)), NfsStatus.BAD_COOKIE),
                Case.of("no room at all", here(Ops.readDir(0, none, 0, 0)), NfsStatus.TOOSMALL),
                Case.of("room for no entry", here(Ops.readDir(0, none, 8, 16)), NfsStatus.TOOSMALL),
                Case.of(
                        "what is write-only",
                        here(Ops.readDir(0, none, 4096, 4096, Attr.TIME_MODIFY_SET)),
                        NfsStatus.INVAL));
        assertThat(here(Ops.readDir(cookie, first.verifier(), 1, 4096))
                        .ok()
                        .get(Result.Directory.class)
                        .entries())
                .as("dircount is a hint")
                .isNotEmpty();
    }

    @Test
    void names_thatAreNone() {
        String tooLong = "n".repeat(300);
        here(Ops.mkdir("d")).ok();
        Opaque d = child("d");
        fileOf("f", "x");
        check(
                Case.of("LOOKUP of nothing", here(Ops.lookup("")), NfsStatus.INVAL),
                Case.of("LOOKUP of .", here(Ops.lookup(".")), NfsStatus.BADNAME),
                Case.of("LOOKUP of ..", here(Ops.lookup("..")), NfsStatus.BADNAME),
                Case.of("LOOKUP too long", here(Ops.lookup(tooLong)), NfsStatus.NAMETOOLONG),
                Case.of("SECINFO of nothing", here(Ops.secInfo("")), NfsStatus.INVAL),
                Case.of("SECINFO too long", here(Ops.secInfo(tooLong)), NfsStatus.NAMETOOLONG),
                Case.of("SECINFO of ..", here(Ops.secInfo("..")), NfsStatus.BADNAME),
                Case.of("REMOVE of .", here(Ops.remove(".")), NfsStatus.BADNAME),
                Case.of("REMOVE of nothing", here(Ops.remove("")), NfsStatus.INVAL),
                Case.of("LINK to ..", at(d, Ops.saveFh(), Ops.putFh(directory), Ops.link("..")), NfsStatus.BADNAME),
                Case.of("RENAME from .", here(Ops.saveFh(), Ops.rename(".", "x")), NfsStatus.BADNAME),
                Case.of("RENAME to ..", here(Ops.saveFh(), Ops.rename("f", "..")), NfsStatus.BADNAME),
                Case.of("RENAME to nothing", here(Ops.saveFh(), Ops.rename("f", "")), NfsStatus.INVAL),
                Case.of("RENAME too long", here(Ops.saveFh(), Ops.rename("f", tooLong)), NfsStatus.NAMETOOLONG),
                Case.of("OPEN of ..", here(create("..").op()), NfsStatus.BADNAME),
                Case.of("OPEN of nothing", here(create("").op()), NfsStatus.INVAL),
                Case.of("OPEN too long", here(create(tooLong).op()), NfsStatus.NAMETOOLONG),
                Case.of("a handle too long", session.call(Ops.putFh(Opaque.filled(129, 1))), NfsStatus.BADXDR),
                Case.of(
                        "LINK of a directory",
                        at(d, Ops.saveFh(), Ops.putFh(directory), Ops.link("l")),
                        NfsStatus.ISDIR));
    }

    @Test
    void xattrs_thatAreNone() {
        Opaque file = fileOf("f", "x");
        String tooLong = "n".repeat(300);
        check(
                Case.of("no such", at(file, Ops.getXattr("absent")), NfsStatus.NOXATTR),
                Case.of("REMOVEXATTR of no such", at(file, Ops.removeXattr("absent")), NfsStatus.NOXATTR),
                Case.of("GETXATTR too long", at(file, Ops.getXattr(tooLong)), NfsStatus.NAMETOOLONG, NfsStatus.NOXATTR),
                Case.of(
                        "LISTXATTRS from a cookie that none has",
                        at(file, Ops.listXattrs(1L << 40, 4096)),
                        NfsStatus.BAD_COOKIE,
                        NfsStatus.OK),
                Case.of("LISTXATTRS with no room", at(file, Ops.listXattrs(0, 0)), NfsStatus.TOOSMALL));
    }

    @Test
    void operationsThatAreNotServed_sayThat() {
        Opaque file = fileOf("f", "x");
        record Unserved(String what, int code, XdrWriter arguments) {}
        List<Unserved> all = List.of(
                new Unserved("DELEGPURGE", 7, new XdrWriter().u64(0)),
                new Unserved("OPENATTR", 19, new XdrWriter().u32(1)),
                new Unserved("GET_DIR_DELEGATION", 46, new XdrWriter().u32(0)),
                new Unserved("GETDEVICEINFO", 47, new XdrWriter().fixed(Opaque.filled(16, 0))),
                new Unserved("GETDEVICELIST", 48, new XdrWriter().u32(1)),
                new Unserved("LAYOUTCOMMIT", 49, new XdrWriter().u64(0)),
                new Unserved("LAYOUTGET", 50, new XdrWriter().u32(0)),
                new Unserved("LAYOUTRETURN", 51, new XdrWriter().u32(0)),
                new Unserved("COPY_NOTIFY", 61, new XdrWriter().stateId(StateId.ANONYMOUS)),
                new Unserved("LAYOUTERROR", 64, new XdrWriter().u64(0)),
                new Unserved("LAYOUTSTATS", 65, new XdrWriter().u64(0)),
                new Unserved("WRITE_SAME", 70, new XdrWriter().stateId(StateId.ANONYMOUS)));
        for (Unserved each : all) {
            assertStatus(at(file, Op.of(each.code(), each.arguments())), NfsStatus.NOTSUPP);
            at(file, Ops.getAttr(Attr.SIZE)).ok();
        }
    }

    private int reason(Opaque handle, int want) {
        return at(handle, Ops.wantDelegation(want))
                .ok()
                .get(Result.Delegation.class)
                .why();
    }

    /** 18.49.3: that a type of file has none is no failure. */
    @Test
    void wantDelegation_ofWhatHasNone_saysWhy() {
        here(Ops.mkdir("d")).ok();
        fileOf("f", "x");
        assertThat(reason(child("d"), Open.WANT_READ_DELEGATION)).isEqualTo(8);
        assertThat(reason(make(Kind.LNK), Open.WANT_READ_DELEGATION)).isEqualTo(3);
        assertThat(reason(make(Kind.FIFO), Open.WANT_WRITE_DELEGATION)).isEqualTo(4);
        check(
                Case.of("of an unknown kind", at(child("f"), Ops.wantDelegation(0x900)), NfsStatus.INVAL),
                Case.of("of none", at(child("f"), Ops.wantDelegation(Open.WANT_NO_DELEGATION)), NfsStatus.INVAL),
                Case.of("of nothing", at(child("f"), Ops.wantDelegation(0)), NfsStatus.INVAL));
    }

    @Test
    void setAttr_ofWhatCannotBe_isRefused() {
        here(Ops.mkdir("d")).ok();
        Opened file = newFile("f");
        Opened reader = open(Open.by(session.owner("reader"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("f"));
        check(
                Case.of(
                        "size by who only reads",
                        reader.call(Ops.setAttr(reader.stateId(), AttrValues.ofSize(0))),
                        NfsStatus.OPENMODE),
                Case.of(
                        "a negative size",
                        file.call(Ops.setAttr(file.stateId(), AttrValues.ofSize(-1))),
                        NfsStatus.FBIG,
                        NfsStatus.INVAL),
                Case.of(
                        "size of a directory",
                        at(child("d"), Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(0))),
                        NfsStatus.WRONG_TYPE,
                        NfsStatus.INVAL),
                Case.of(
                        "size of a device",
                        at(make(Kind.CHR), Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(0))),
                        NfsStatus.INVAL,
                        NfsStatus.WRONG_TYPE));
    }

    @Test
    void sequence_secondInACall_isMisplaced() {
        assertStatus(
                session.call(SessionOps.sequence(session.id, 2, 1, 1, false), Ops.putRootFh()), NfsStatus.SEQUENCE_POS);
    }

    @Test
    void spaceAndCopies_ofOthers_areRefused() {
        Opened file = newFile("f");
        here(Ops.mkdir("d")).ok();
        Opaque d = child("d");
        Opaque link = make(Kind.LNK);
        StateId any = StateId.ANONYMOUS;
        check(
                Case.of("ALLOCATE in a directory", at(d, Ops.allocate(any, FIRST)), NfsStatus.WRONG_TYPE),
                Case.of("DEALLOCATE of a link", at(link, Ops.deallocate(any, FIRST)), NfsStatus.WRONG_TYPE),
                Case.of("SEEK in a directory", at(d, Ops.seek(any, 0, true)), NfsStatus.ISDIR, NfsStatus.WRONG_TYPE),
                Case.of("READ_PLUS of a directory", at(d, Ops.readPlus(any, 0, 1)), NfsStatus.ISDIR),
                Case.of(
                        "IO_ADVISE of a directory",
                        at(d, Ops.ioAdvise(any, FIRST, 0)),
                        NfsStatus.ISDIR,
                        NfsStatus.WRONG_TYPE),
                Case.of(
                        "CLONE into a directory",
                        file.call(Ops.saveFh(), Ops.putFh(d), Ops.cloneRange(file.stateId(), any, 0, 0, 0)),
                        NfsStatus.WRONG_TYPE),
                Case.of(
                        "ALLOCATE of nothing",
                        file.call(Ops.allocate(file.stateId(), new Range(0, 0))),
                        NfsStatus.INVAL,
                        NfsStatus.OK),
                Case.of("SEEK beyond the end", file.call(Ops.seek(file.stateId(), 10, false)), NfsStatus.NXIO));
    }
}
