package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GETATTR, SETATTR, VERIFY, NVERIFY, ACCESS (RFC 8881, 5, 18.7, 18.30, 18.31, 18.15, 18.1; RFC 7862, 12). */
class AttributeTest extends NfsSuite {
    private static final RpcCredential USER = RpcCredential.sys(1234, 1234);

    private Attrs attrs(Opaque handle, int... bits) {
        return at(handle, Ops.getAttr(bits)).attrs();
    }

    private BitSet supported() {
        return attrs(directory, Attr.SUPPORTED_ATTRS).bits(Attr.SUPPORTED_ATTRS);
    }

    @Test
    void supported_hasAllThatAreRequired() {
        BitSet supported = supported();
        for (int bit : Attr.REQUIRED) {
            assertThat(supported.get(bit)).as("attribute %d", bit).isTrue();
        }
        assertThat(supported.get(Attr.RDATTR_ERROR)).isTrue();
        assertThat(supported.get(Attr.SUPPATTR_EXCLCREAT)).isTrue();
    }

    /** RFC 9754, 4.1 and 5: what is not said there is refused, and what is, is taken. */
    @Test
    void openArguments_areThoseThatOpenTakes() {
        assumeTrue(supported().get(Attr.OPEN_ARGUMENTS), "no open arguments");
        Attrs.OpenArguments known = attrs(directory, Attr.OPEN_ARGUMENTS).openArguments();
        assertThat(known.access()).isEqualTo(bits(1, 2, 3));
        assertThat(known.deny()).isEqualTo(bits(0, 1, 2, 3));
        assertThat(known.createModes()).isEqualTo(bits(0, 1, 2, 3));
        for (int claim = 0; claim <= 6; claim++) {
            NfsStatus answer = at(fileOf("f" + claim, "x"), withClaim(claim)).status();
            assertThat(answer != NfsStatus.NOTSUPP)
                    .as("claim %d: %s", claim, answer)
                    .isEqualTo(known.claims().get(claim));
        }
        for (int want = 20; want <= 21; want++) {
            Open open =
                    Open.by(session.owner("o")).access(Open.READ | 1 << want).name("f0");
            assertThat(here(open.op()).status() != NfsStatus.INVAL)
                    .as("want of bit %d", want)
                    .isEqualTo(known.want().get(want));
        }
    }

    private Op withClaim(int claim) {
        Open open = Open.by(session.owner("o")).access(Open.READ | Open.WANT_NO_DELEGATION);
        return switch (claim) {
            case 0, 3 -> open.claim(claim, new XdrWriter().text("f")).op();
            case 1 -> open.previous(0).op();
            case 2 -> open.delegateCurrent(StateId.ANONYMOUS, "f").op();
            case 5 -> open.delegateCurrentFile(StateId.ANONYMOUS).op();
            default -> open.claim(claim).op();
        };
    }

    private static BitSet bits(int... numbers) {
        BitSet bits = new BitSet();
        Arrays.stream(numbers).forEach(bits::set);
        return bits;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everySupportedAttribute_canBeReadOfEachKind(Kind kind) {
        Opaque handle = make(kind);
        BitSet supported = attrs(handle, Attr.SUPPORTED_ATTRS).bits(Attr.SUPPORTED_ATTRS);
        int[] readable = supported.stream()
                .filter(bit -> bit != Attr.TIME_ACCESS_SET && bit != Attr.TIME_MODIFY_SET && bit != Attr.MODE_UMASK)
                .filter(bit -> (bit <= Attr.XATTR_SUPPORT || bit == Attr.OPEN_ARGUMENTS)
                        && bit != 24
                        && bit != 58
                        && bit != 59
                        && bit != 61
                        && bit != 67)
                .filter(bit -> bit != 74 && bit != 80)
                .toArray();
        Attrs attrs = attrs(handle, readable);
        for (int bit : readable) {
            // 5.5: an attribute of a filesystem that does not apply may be left out only if it is not supported.
            assertThat(attrs.has(bit)).as("attribute %d of %s", bit, kind).isTrue();
        }
    }

    @Test
    void unsupportedAttributes_areLeftOut() {
        Attrs attrs = attrs(directory, Attr.TYPE, 90, 300, 1000);
        assertThat(attrs.present()).isEqualTo(BitSet.valueOf(new long[] {1 << Attr.TYPE}));
    }

    @Test
    void noAttributes_isAnEmptyAnswer() {
        assertThat(attrs(directory).present().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Attr.TIME_ACCESS_SET, Attr.TIME_MODIFY_SET})
    void writeOnlyAttribute_cannotBeRead(int bit) {
        assertStatus(here(Ops.getAttr(Attr.TYPE, bit)), NfsStatus.INVAL);
    }

    @Test
    void changeAttributeType_isMonotonic() {
        assertThat(attrs(directory, Attr.CHANGE_ATTR_TYPE).u32(Attr.CHANGE_ATTR_TYPE))
                .as("NFS4_CHANGE_TYPE_IS_MONOTONIC_INCR (RFC 7862, 12.2.3)")
                .isZero();
    }

    @Test
    void change_growsWithEveryChangeAndForNoRead() {
        Opened file = newFile("f");
        long last = attrs(file.handle(), Attr.CHANGE).u64(Attr.CHANGE);
        file.read(0, 10);
        here(Ops.lookup("f"), Ops.access(63)).ok();
        assertThat(attrs(file.handle(), Attr.CHANGE).u64(Attr.CHANGE)).isEqualTo(last);
        List<Op> changes = List.of(
                Ops.write(file.stateId(), 0, Ops.Stable.UNSTABLE, utf8("a")),
                Ops.write(file.stateId(), 0, Ops.Stable.FILE_SYNC, utf8("b")),
                Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0600)),
                Ops.setAttr(file.stateId(), AttrValues.ofSize(100)),
                Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTime(1_000_000, 1)));
        for (Op op : changes) {
            file.call(op).ok();
            long now = attrs(file.handle(), Attr.CHANGE).u64(Attr.CHANGE);
            assertThat(Long.compareUnsigned(now, last))
                    .as("after operation %d", op.code())
                    .isPositive();
            last = now;
        }
    }

    @Test
    void fileSystem_isOneWithUniqueIds() {
        Opaque f = fileOf("f", "x");
        Opaque g = fileOf("g", "x");
        Attrs ofF = attrs(f, Attr.FSID, Attr.FILEID, Attr.MOUNTED_ON_FILEID);
        assertThat(attrs(g, Attr.FSID).pair(Attr.FSID)).isEqualTo(ofF.pair(Attr.FSID));
        assertThat(attrs(g, Attr.FILEID).u64(Attr.FILEID)).isNotEqualTo(ofF.u64(Attr.FILEID));
        assertThat(ofF.u64(Attr.MOUNTED_ON_FILEID)).isEqualTo(ofF.u64(Attr.FILEID));
    }

    @Test
    void limits_areSensible() {
        Attrs attrs = attrs(
                directory,
                Attr.LEASE_TIME,
                Attr.MAXNAME,
                Attr.MAXREAD,
                Attr.MAXWRITE,
                Attr.MAXFILESIZE,
                Attr.SPACE_TOTAL,
                Attr.SPACE_FREE,
                Attr.SPACE_AVAIL);
        assertThat(attrs.u32(Attr.LEASE_TIME)).isEqualTo(target.leaseSeconds());
        assertThat(attrs.u32(Attr.MAXNAME)).isEqualTo(255);
        assertThat(attrs.u64(Attr.MAXREAD)).isGreaterThanOrEqualTo(65536);
        assertThat(attrs.u64(Attr.MAXWRITE)).isGreaterThanOrEqualTo(65536);
        assertThat(attrs.u64(Attr.MAXFILESIZE)).isGreaterThan(1L << 40);
        assertThat(attrs.u64(Attr.SPACE_FREE)).isBetween(attrs.u64(Attr.SPACE_AVAIL), attrs.u64(Attr.SPACE_TOTAL));
    }

    @Test
    void times_areSetToTheNanosecond() {
        Opaque file = fileOf("f", "x");
        AttrValues values =
                AttrValues.none().modifyTime(1_500_000_000, 123_456_789).accessTime(1_400_000_000, 987_654_321);
        at(file, Ops.setAttr(StateId.ANONYMOUS, values)).ok();
        Attrs attrs = attrs(file, Attr.TIME_MODIFY, Attr.TIME_ACCESS, Attr.TIME_DELTA);
        assertThat(attrs.pair(Attr.TIME_MODIFY)).isEqualTo(new Attrs.Pair(1_500_000_000, 123_456_789));
        assertThat(attrs.pair(Attr.TIME_ACCESS)).isEqualTo(new Attrs.Pair(1_400_000_000, 987_654_321));
        assertThat(attrs.pair(Attr.TIME_DELTA)).isEqualTo(new Attrs.Pair(0, 1));
    }

    @Test
    void timeBefore1970_isKept() {
        Opaque file = fileOf("f", "x");
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTime(-1000, 5)))
                .ok();
        assertThat(attrs(file, Attr.TIME_MODIFY).pair(Attr.TIME_MODIFY)).isEqualTo(new Attrs.Pair(-1000, 5));
    }

    @Test
    void timeOfServer_isNow() {
        Opaque file = fileOf("f", "x");
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTime(0, 0)))
                .ok();
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTimeOfServer()))
                .ok();
        Attrs attrs = attrs(file, Attr.TIME_MODIFY, Attr.TIME_METADATA);
        assertThat(attrs.pair(Attr.TIME_MODIFY).first())
                .isBetween(
                        attrs.pair(Attr.TIME_METADATA).first() - 1,
                        attrs.pair(Attr.TIME_METADATA).first());
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000_000, -1})
    void nanosecondsBeyondASecond_areInvalid(int nanos) {
        Opaque file = fileOf("f", "x");
        assertStatus(at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTime(5, nanos))), NfsStatus.INVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {Attr.CHANGE, Attr.FILEID, Attr.NUMLINKS, Attr.SPACE_USED, Attr.LEASE_TIME})
    void readOnlyAttribute_cannotBeSet(int bit) {
        Opaque file = fileOf("f", "x");
        XdrWriter value =
                bit == Attr.NUMLINKS || bit == Attr.LEASE_TIME ? new XdrWriter().u32(1) : new XdrWriter().u64(1);
        Reply reply = at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().put(bit, value)));
        assertStatus(reply, NfsStatus.INVAL);
        assertThat(reply.get(Result.SetAttributes.class).set().isEmpty()).isTrue();
    }

    @Test
    void unknownAttribute_cannotBeSet() {
        Opaque file = fileOf("f", "x");
        AttrValues unknown = AttrValues.none().put(500, new XdrWriter().u32(1));
        assertStatus(at(file, Ops.setAttr(StateId.ANONYMOUS, unknown)), NfsStatus.ATTRNOTSUPP);
    }

    @Test
    void valuesThatEndTooSoon_areUndecodable() {
        Opaque file = fileOf("f", "x");
        for (int words = 0; words < 2; words++) {
            XdrWriter out =
                    new XdrWriter().stateId(StateId.ANONYMOUS).bitmap(Attr.SIZE).opaque(new byte[4 * words]);
            List<Op> ops = List.of(Ops.putFh(file), Op.of(OpCode.SETATTR, out));
            assertUndecodable(session.callMalformed(9, ops));
        }
        XdrWriter tooLong =
                new XdrWriter().stateId(StateId.ANONYMOUS).bitmap(Attr.MODE).opaque(new byte[12]);
        assertUndecodable(
                session.callMalformed(9, List.of(Ops.putFh(file), Op.of(OpCode.SETATTR, tooLong))), NfsStatus.INVAL);
    }

    @Test
    void size_cutsAndGrows() {
        Opaque file = fileOf("f", "0123456789");
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(4))).ok();
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(6))).ok();
        Result.Data data = at(file, Ops.read(StateId.ANONYMOUS, 0, 20)).data();
        assertThat(data.data()).isEqualTo(Opaque.of("0123\0\0"));
        assertThat(data.eof()).isTrue();
    }

    @Test
    void size_ofOthers_isRefused() {
        for (Kind kind : Kind.values()) {
            Reply reply = at(
                    kind == Kind.REG ? fileOf("f", "x") : make(kind),
                    Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(0)));
            switch (kind) {
                case REG -> assertStatus(reply, NfsStatus.OK);
                case DIR, LNK, SOCK, FIFO, BLK, CHR -> assertStatus(reply, NfsStatus.INVAL, NfsStatus.WRONG_TYPE);
            }
        }
    }

    @Test
    void size_withReadOnlyOpen_isRefused() {
        fileOf("f", "x");
        Opened read = open(Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("f"));
        assertStatus(read.call(Ops.setAttr(read.stateId(), AttrValues.ofSize(0))), NfsStatus.OPENMODE);
        assertStatus(
                read.call(Ops.setAttr(read.stateId().forged(), AttrValues.ofSize(0))),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID);
    }

    @Test
    void size_beyondTheLargest_isRefused() {
        Opaque file = fileOf("f", "x");
        long largest = attrs(file, Attr.MAXFILESIZE).u64(Attr.MAXFILESIZE);
        if (largest != -1L && largest != Long.MAX_VALUE) {
            assertStatus(
                    at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(largest + 1))),
                    NfsStatus.FBIG,
                    NfsStatus.INVAL);
        }
        assertStatus(at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(-1))), NfsStatus.FBIG, NfsStatus.INVAL);
    }

    @Test
    void owner_byNumber_isSet() {
        Opaque file = fileOf("f", "x");
        Reply reply = at(
                file,
                Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().owner("1234").group("4321")),
                Ops.getAttr(Attr.OWNER, Attr.OWNER_GROUP));
        assertThat(reply.attrs().text(Attr.OWNER)).matches("1234(@.*)?");
        assertThat(reply.attrs().text(Attr.OWNER_GROUP)).matches("4321(@.*)?");
    }

    @Test
    void owner_thatIsNobodyKnown_isBad() {
        Opaque file = fileOf("f", "x");
        for (String owner : List.of("", "no-such-user-here@nowhere.example")) {
            assertStatus(
                    at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().owner(owner))),
                    NfsStatus.BADOWNER,
                    NfsStatus.INVAL);
        }
    }

    @Test
    void settingWithoutPermission_isRefused() {
        Opaque file = fileOf("f", "x");
        Op[] ops = {Ops.putFh(file), Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0777))};
        assertStatus(session.callAs(USER, ops), NfsStatus.PERM, NfsStatus.ACCESS);
        Op[] times = {
            Ops.putFh(file), Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().modifyTime(1, 1))
        };
        assertStatus(session.callAs(USER, times), NfsStatus.PERM, NfsStatus.ACCESS);
        Op[] size = {Ops.putFh(file), Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofSize(0))};
        assertStatus(session.callAs(USER, size), NfsStatus.ACCESS, NfsStatus.PERM);
        Op[] owner = {
            Ops.putFh(file), Ops.setAttr(StateId.ANONYMOUS, AttrValues.none().owner("1234"))
        };
        assertStatus(session.callAs(USER, owner), NfsStatus.PERM, NfsStatus.ACCESS);
    }

    @Test
    void verify_comparesWithoutLeavingATrace() {
        Opaque file = fileOf("f", "12345");
        at(file, Ops.verify(AttrValues.ofSize(5)), Ops.getFh()).ok();
        assertStatus(at(file, Ops.verify(AttrValues.ofSize(6))), NfsStatus.NOT_SAME);
        at(file, Ops.nverify(AttrValues.ofSize(6)), Ops.getFh()).ok();
        assertStatus(at(file, Ops.nverify(AttrValues.ofSize(5))), NfsStatus.SAME);
        at(file, Ops.verify(AttrValues.ofSize(5).mode(0644))).ok();
        assertStatus(at(file, Ops.verify(AttrValues.ofSize(5).mode(0645))), NfsStatus.NOT_SAME);
        assertStatus(at(file, Ops.nverify(AttrValues.ofSize(5).mode(0644))), NfsStatus.SAME);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void verify_worksForEachKind(Kind kind) {
        Opaque handle = make(kind);
        AttrValues type =
                AttrValues.none().put(Attr.TYPE, new XdrWriter().u32(kind.type().ordinal()));
        at(handle, Ops.verify(type)).ok();
        assertStatus(at(handle, Ops.nverify(type)), NfsStatus.SAME);
    }

    @Test
    void verify_ofWhatCannotBeCompared_isInvalid() {
        for (int bit : new int[] {Attr.RDATTR_ERROR, Attr.TIME_MODIFY_SET}) {
            AttrValues values = bit == Attr.RDATTR_ERROR
                    ? AttrValues.none().put(bit, new XdrWriter().u32(0))
                    : AttrValues.none().modifyTimeOfServer();
            assertStatus(here(Ops.verify(values)), NfsStatus.INVAL);
            assertStatus(here(Ops.nverify(values)), NfsStatus.INVAL);
        }
    }

    @Test
    void verify_ofUnknownAttribute_isNotSupported() {
        AttrValues unknown = AttrValues.none().put(500, new XdrWriter().u32(1));
        assertStatus(here(Ops.verify(unknown)), NfsStatus.ATTRNOTSUPP);
        assertStatus(here(Ops.nverify(unknown)), NfsStatus.ATTRNOTSUPP);
    }

    @Test
    void access_isGrantedAsModeSays() {
        Opaque file = fileOf("f", "x");
        int read = 1;
        int lookup = 2;
        int modify = 4;
        int extend = 8;
        int delete = 16;
        int execute = 32;
        Reply reply = session.callAs(USER, Ops.putFh(file), Ops.access(read | modify | extend | execute));
        assertThat(reply.ok().get(Result.Access.class).granted()).isEqualTo(read);
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0777))).ok();
        Result.Access all = session.callAs(USER, Ops.putFh(file), Ops.access(read | modify | extend | execute))
                .ok()
                .get(Result.Access.class);
        assertThat(all.granted()).isEqualTo(read | modify | extend | execute);
        assertThat(all.supported()).isEqualTo(all.granted());
        Result.Access onDirectory = session.callAs(
                        USER, Ops.putFh(directory), Ops.access(read | lookup | modify | extend | delete))
                .ok()
                .get(Result.Access.class);
        assertThat(onDirectory.granted()).isEqualTo(read | lookup);
    }

    @Test
    void access_toXattrs_isGranted() {
        Opaque file = fileOf("f", "x");
        // RFC 8276, 8.5: XAREAD, XAWRITE, XALIST.
        Result.Access access = at(file, Ops.access(0x1C0)).ok().get(Result.Access.class);
        assertThat(access.granted() & ~access.supported()).isZero();
        assertThat(access.granted()).isEqualTo(0x1C0);
    }

    @Test
    void access_ofUnknownBits_isInvalidOrUnsupported() {
        Reply reply = here(Ops.access(0x10000 | 1));
        if (reply.status() != NfsStatus.INVAL) {
            assertThat(reply.ok().get(Result.Access.class).supported()).isEqualTo(1);
        }
    }
}
