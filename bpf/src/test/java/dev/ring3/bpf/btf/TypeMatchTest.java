package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Enumerator;
import dev.ring3.bpf.btf.BtfType.Member;
import dev.ring3.bpf.btf.BtfType.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TYPE_MATCHES, and TYPE_EXISTS where the two differ. */
class TypeMatchTest extends CoreFixture {
    private void assertMatches(int typeId, boolean matches) {
        assertThat(resolve(typeId, "0", CoreKind.TYPE_MATCHES)).isEqualTo(value(1, matches ? 1 : 0));
        assertThat(resolve(typeId, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 1));
    }

    @Test
    void members_inAnyOrderAndMore_match() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", I32, 32)));
        target.add(struct("s", 16, new Member("b", I32, 0), new Member("c", U64, 64), new Member("a", U32, 32)));

        assertMatches(id, true);
    }

    @Test
    void memberMissing_doesNotMatch() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", I32, 32)));
        target.add(struct("s", 16, new Member("b", I32, 0), new Member("c", U64, 64)));

        assertMatches(id, false);
    }

    @Test
    void fewerMembers_doNotMatch() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", I32, 32)));
        target.add(struct("s", 16, new Member("a", U32, 0)));

        assertMatches(id, false);
    }

    @Test
    void integers_matchBySizeAndSign() {
        int bool = local.add(new BtfType.Int("int", 4, Encoding.BOOL));
        int same = local.add(struct("same", 8, new Member("a", local.add(new BtfType.Const(bool)), 0)));
        int sign = local.add(struct("sign", 8, new Member("a", U32, 0)));
        int size = local.add(struct("size", 8, new Member("a", U32, 0)));
        int name = local.add(struct("name", 8, new Member("a", U32, 0)));
        int signedUnsigned = target.add(new BtfType.Int("unsigned int", 4, Encoding.SIGNED));
        int wideUnsigned = target.add(new BtfType.Int("unsigned int", 8, Encoding.UNSIGNED));
        int charInt = target.add(new BtfType.Int("int", 4, Encoding.CHAR));
        target.add(struct("same", 8, new Member("a", charInt, 0)));
        target.add(struct("sign", 8, new Member("a", signedUnsigned, 0)));
        target.add(struct("size", 8, new Member("a", wideUnsigned, 0)));
        target.add(struct("name", 8, new Member("a", charInt, 0)));

        assertMatches(same, true);
        assertMatches(sign, false);
        assertMatches(size, false);
        assertMatches(name, false);
    }

    @Test
    void behindAPointer_onlyTheNameOfAStructCounts() {
        int localInner = local.add(struct("inner", 8, new Member("x", U64, 0)));
        int localPointer = local.add(new BtfType.Pointer(localInner));
        int id = local.add(struct("s", 8, new Member("p", localPointer, 0)));
        int value = local.add(struct("v", 8, new Member("p", localInner, 0)));
        int targetForward = target.add(new BtfType.Forward("inner", false));
        int targetPointer = target.add(new BtfType.Pointer(targetForward));
        target.add(struct("s", 8, new Member("p", targetPointer, 0)));
        int targetInner = target.add(struct("inner", 8));
        target.add(struct("v", 8, new Member("p", targetInner, 0)));

        assertMatches(id, true);
        assertMatches(value, false);
    }

    @Test
    void forwardDeclarations_standForTheirKind() {
        int struct = local.add(new BtfType.Forward("inner", false));
        int id = local.add(struct("s", 8, new Member("p", local.add(new BtfType.Pointer(struct)), 0)));
        int union = local.add(new BtfType.Forward("inner", true));
        int other = local.add(struct("t", 8, new Member("p", local.add(new BtfType.Pointer(union)), 0)));
        int targetInner = target.add(struct("inner", 8));
        int targetPointer = target.add(new BtfType.Pointer(targetInner));
        target.add(struct("s", 8, new Member("p", targetPointer, 0)));
        target.add(struct("t", 8, new Member("p", targetPointer, 0)));

        assertMatches(id, true);
        assertMatches(other, false);
    }

    @Test
    void enumerators_matchByNameAndSize() {
        int id = local.add(new BtfType.Enum32("e", 8, false, List.of(new Enumerator("A", 1))));
        int gone = local.add(new BtfType.Enum32("g", 4, false, List.of(new Enumerator("B", 1))));
        target.add(new BtfType.Enum64("e", 8, true, List.of(new Enumerator("Z", 1), new Enumerator("A___x", 9))));
        target.add(new BtfType.Enum32("g", 4, false, List.of(new Enumerator("C", 1), new Enumerator("D", 2))));

        assertMatches(id, true);
        assertMatches(gone, false);
    }

    @Test
    void arrays_matchByLengthAndElement() {
        int same = local.add(struct("same", 8, new Member("a", local.add(new BtfType.Array(U32, U32, 2)), 0)));
        int shorter = local.add(struct("shorter", 8, new Member("a", local.add(new BtfType.Array(U32, U32, 1)), 0)));
        int two = target.add(new BtfType.Array(U32, U32, 2));
        target.add(struct("same", 8, new Member("a", two, 0)));
        target.add(struct("shorter", 8, new Member("a", two, 0)));

        assertMatches(same, true);
        assertMatches(shorter, false);
    }

    @Test
    void functionPointers_matchByParametersAndResult() {
        int localProto = local.add(new BtfType.Prototype(U32, List.of(new Parameter("x", I32))));
        int id = local.add(new BtfType.Typedef("f", local.add(new BtfType.Pointer(localProto))));
        int proto = target.add(new BtfType.Prototype(U32, List.of(new Parameter("other", I32))));
        int typedef = target.add(new BtfType.Typedef("f", target.add(new BtfType.Pointer(proto))));
        assertMatches(id, true);
        assertThat(resolve(id, "0", CoreKind.TYPE_ID_TARGET)).isEqualTo(unchecked(typedef));

        int otherProto = local.add(new BtfType.Prototype(U64, List.of(new Parameter("x", I32))));
        int other = local.add(new BtfType.Typedef("f", local.add(new BtfType.Pointer(otherProto))));
        // Any integers are compatible, but of other names and sizes they do not match.
        assertMatches(other, false);

        int twoProto = local.add(new BtfType.Prototype(U32, List.of(new Parameter("x", I32), new Parameter("y", I32))));
        int two = local.add(new BtfType.Typedef("f", local.add(new BtfType.Pointer(twoProto))));
        assertThat(resolve(two, "0", CoreKind.TYPE_MATCHES)).isEqualTo(value(1, 0));
        assertThat(resolve(two, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 0));
    }

    @Test
    void functionThatTakesItself_matches() {
        for (BtfBuilder builder : List.of(local, target)) {
            int proto = builder.nextId();
            builder.add(new BtfType.Prototype(0, List.of(new Parameter("self", proto + 1))));
            builder.add(new BtfType.Pointer(proto));
            builder.add(new BtfType.Typedef("f", proto + 1));
        }

        assertMatches(local.nextId() - 1, true);
    }

    @Test
    void sameNameTwice_oneOfThemSuffices() {
        int localUnion = local.add(new BtfType.Union("", 8, List.of(new Member("u", U64, 0))));
        int id = local.add(struct("s", 16, new Member("", localUnion, 64)));
        int first = target.add(new BtfType.Union("", 8, List.of(new Member("v", U64, 0))));
        int second = target.add(new BtfType.Union("", 8, List.of(new Member("u", U64, 0))));
        target.add(struct("s", 16, new Member("", first, 0), new Member("", second, 64)));

        assertMatches(id, true);
    }
}
