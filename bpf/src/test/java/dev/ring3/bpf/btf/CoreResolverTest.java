package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Enumerator;
import dev.ring3.bpf.btf.BtfType.Member;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected numbers are worked out by hand from the two sets of types. */
class CoreResolverTest extends CoreFixture {
    @Test
    void fieldThatMoved_offset_isThatOfTheHost() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", U32, 32)));
        target.add(struct("s", 16, new Member("pad", U64, 0), new Member("b", U32, 64), new Member("a", U32, 96)));

        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(4, 8, 4, 4, true));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 12, 4, 4, true));
        assertThat(resolve(id, "2:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(16, 44, 4, 4, true));
        assertThat(resolve(id, "3", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(24, 48, 8, 16, false));
    }

    @Test
    void fieldOfAnotherSize_offset_saysWhetherALoadMayFollow() {
        int pointer = local.add(new BtfType.Pointer(0));
        int id = local.add(struct(
                "s",
                24,
                new Member("u", U32, 0),
                new Member("i", I32, 32),
                new Member("p", pointer, 64),
                new Member("w", U64, 128)));
        int wide = target.add(new BtfType.Int("long", 8, Encoding.SIGNED));
        int flag = target.add(new BtfType.Int("bool", 1, Encoding.BOOL));
        target.add(struct("s", 24, new Member("u", U64, 0), new Member("i", wide, 64), new Member("w", flag, 128)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 0, 4, 8, true));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(4, 8, 4, 8, false));
        assertThat(resolve(id, "0:3", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(16, 16, 8, 1, true));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_SIZE)).isEqualTo(value(4, 8));
        assertFails(id, "0:2", CoreKind.FIELD_BYTE_OFFSET);
    }

    @Test
    void missingField_everyQuestion_failsButExistence() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("gone", U32, 32)));
        target.add(struct("s", 4, new Member("a", U32, 0)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_EXISTS)).isEqualTo(value(1, 1));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_EXISTS)).isEqualTo(value(1, 0));
        assertFails(id, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        assertFails(id, "0:1", CoreKind.FIELD_BYTE_SIZE);
        assertFails(id, "0:1", CoreKind.FIELD_SIGNED);
        assertFails(id, "0:1", CoreKind.FIELD_LSHIFT_U64);
        assertFails(id, "0:1", CoreKind.FIELD_RSHIFT_U64);
        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_OFFSET))
                .isEqualTo(new CoreResult.Failed(
                        "FIELD_BYTE_OFFSET of STRUCT s, access 0:1: the host has nothing that matches"));
    }

    @Test
    void flavours_offset_countAsTheSameName() {
        int id = local.add(struct("s___mine", 4, new Member("a", U32, 0)));
        target.add(struct("s___other", 8, new Member("a", U32, 32)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 4, 4, 4, true));
    }

    @Test
    void severalCandidates_whoAgree_areNoAmbiguity() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", U32, 32)));
        target.add(struct("s", 8, new Member("a", U32, 32)));
        target.add(struct("s", 16, new Member("b", U32, 64), new Member("a", U32, 32)));
        target.add(struct("s___x", 16, new Member("c", U32, 0)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 4, 4, 4, true));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(4, 8, 4, 4, true));
    }

    @Test
    void severalCandidates_whoDisagree_areAmbiguous() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0)));
        target.add(struct("s", 8, new Member("a", U32, 32)));
        target.add(struct("s", 16, new Member("a", U32, 64)));

        assertRefused(id, "0:0", CoreKind.FIELD_BYTE_OFFSET, "ambiguous: types 5 and 6");
        // Another offset makes the existence ambiguous too, as in libbpf.
        assertRefused(id, "0:0", CoreKind.FIELD_EXISTS, "ambiguous");
        assertRefused(id, "0", CoreKind.TYPE_SIZE, "ambiguous");
        assertRefused(id, "0", CoreKind.TYPE_ID_TARGET, "ambiguous");
        assertThat(resolve(id, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 1));
    }

    @Test
    void anonymousMembers_offset_mayBeNestedDifferently() {
        int inner = local.add(struct("", 8, new Member("x", U32, 0), new Member("y", U32, 32)));
        int union = local.add(new BtfType.Union("", 8, List.of(new Member("", inner, 0), new Member("raw", U64, 0))));
        int id = local.add(struct("s", 16, new Member("head", U64, 0), new Member("", union, 64)));
        int deep = target.add(struct("", 4, new Member("y", U32, 0)));
        int deeper = target.add(struct("", 12, new Member("z", U32, 0), new Member("", deep, 64)));
        target.add(struct("s", 32, new Member("", deeper, 32), new Member("x", U32, 160), new Member("raw", U64, 192)));

        assertThat(resolve(id, "0:1:0:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(12, 12, 4, 4, true));
        assertThat(resolve(id, "0:1:0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(8, 20, 4, 4, true));
        assertThat(resolve(id, "0:1:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(8, 24, 8, 8, true));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_EXISTS)).isEqualTo(value(1, 0));
    }

    @Test
    void arrayElements_offset_mustLieInTheHostsArray() {
        int four = local.add(new BtfType.Array(U16, U32, 4));
        int pair = local.add(struct("pair", 8, new Member("a", U32, 0), new Member("b", U32, 32)));
        int pairs = local.add(new BtfType.Array(pair, U32, 3));
        int id = local.add(struct("s", 32, new Member("h", four, 0), new Member("p", pairs, 64)));
        int two = target.add(new BtfType.Array(U16, U32, 2));
        int wide = target.add(struct("pair", 16, new Member("b", U32, 64)));
        int wides = target.add(new BtfType.Array(wide, U32, 3));
        target.add(struct("s", 64, new Member("p", wides, 0), new Member("h", two, 384)));

        assertThat(resolve(id, "0:0:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(2, 50, 2, 2, true));
        assertFails(id, "0:0:2", CoreKind.FIELD_BYTE_OFFSET);
        assertThat(resolve(id, "0:1:2:1", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(28, 40, 4, 4, true));
        assertThat(resolve(id, "0:0:1", CoreKind.FIELD_BYTE_SIZE)).isEqualTo(value(2, 2));
        // The array as a whole: a load moves one element.
        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 48, 2, 2, true));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_SIZE)).isEqualTo(value(8, 4));
        assertRefused(id, "0:0:4", CoreKind.FIELD_BYTE_OFFSET, "has 4 elements");
        assertRefused(id, "0:0:1", CoreKind.FIELD_SIGNED, "cannot be asked of an array's element");
    }

    @Test
    void flexibleArray_anyIndex_isInIt() {
        int flexible = local.add(new BtfType.Array(U32, U32, 0));
        int id = local.add(struct("s", 4, new Member("n", U32, 0), new Member("rest", flexible, 32)));
        int inner = local.add(struct("t", 4, new Member("rest", flexible, 0), new Member("n", U32, 0)));
        int targetFlexible = target.add(new BtfType.Array(U32, U32, 0));
        target.add(struct("s", 8, new Member("n", U64, 0), new Member("rest", targetFlexible, 64)));

        assertThat(resolve(id, "0:1:5", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(24, 28, 4, 4, true));
        assertRefused(inner, "0:0:1", CoreKind.FIELD_BYTE_OFFSET, "has 0 elements");
    }

    @Test
    void incompatibleField_offset_fails() {
        int one = local.add(struct("one", 4, new Member("x", U32, 0)));
        int pointer = local.add(new BtfType.Pointer(U32));
        int choice = local.add(new BtfType.Enum32("choice", 4, false, List.of()));
        int id = local.add(struct(
                "s",
                32,
                new Member("a", one, 0),
                new Member("b", pointer, 64),
                new Member("c", choice, 128),
                new Member("d", U32, 160)));
        int targetUnion = target.add(new BtfType.Union("other", 8, List.of()));
        int targetChoice = target.add(new BtfType.Enum64("choice___x", 8, false, List.of()));
        int targetPointer = target.add(new BtfType.Pointer(0));
        target.add(struct(
                "s",
                64,
                new Member("a", targetUnion, 0),
                new Member("b", U64, 64),
                new Member("c", targetChoice, 128),
                new Member("d", targetPointer, 192)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 0, 4, 8, false));
        assertFails(id, "0:1", CoreKind.FIELD_BYTE_OFFSET);
        assertThat(resolve(id, "0:2", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(16, 16, 4, 8, false));
        assertFails(id, "0:3", CoreKind.FIELD_BYTE_OFFSET);
    }

    @Test
    void bitFields_everyQuestion_areAnsweredForTheHost() {
        int id = local.add(struct("s", 4, new Member("a", U32, 0, 3), new Member("b", I32, 3, 5)));
        // b: bits 30 to 36, which no aligned load of 4 bytes has.
        target.add(struct("s", 8, new Member("a", U32, 8, 3), new Member("b", I32, 30, 7)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(unchecked(0));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_SIZE)).isEqualTo(unchecked(4));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_LSHIFT_U64)).isEqualTo(unchecked(64 - 11));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_RSHIFT_U64)).isEqualTo(value(61, 61));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_SIGNED)).isEqualTo(value(0, 0));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_BYTE_SIZE)).isEqualTo(unchecked(8));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_LSHIFT_U64)).isEqualTo(unchecked(64 - 37));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_RSHIFT_U64)).isEqualTo(value(59, 57));
        assertThat(resolve(id, "0:1", CoreKind.FIELD_SIGNED)).isEqualTo(value(1, 1));
    }

    @Test
    void plainField_shifts_areThoseOfItsSize() {
        int id = local.add(struct("s", 8, new Member("a", U16, 16)));
        target.add(struct("s", 8, new Member("a", U32, 32)));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_LSHIFT_U64)).isEqualTo(value(48, 32));
        assertThat(resolve(id, "0:0", CoreKind.FIELD_RSHIFT_U64)).isEqualTo(value(48, 32));
    }

    @Test
    void bigEndian_leftShift_countsFromTheOtherEnd() {
        BtfBuilder bigLocal = withInts(ByteOrder.BIG_ENDIAN);
        BtfBuilder bigTarget = withInts(ByteOrder.BIG_ENDIAN);
        int id = bigLocal.add(struct("s", 4, new Member("a", U32, 3, 5), new Member("b", U16, 16)));
        bigTarget.add(struct("s", 8, new Member("a", U32, 34, 5), new Member("b", U16, 16)));
        CoreResolver resolver = new CoreResolver(bigLocal.build(), bigTarget.build());

        // A load of 4 bytes has the field's first bit 2 bits below its own top, 34 below that of the register.
        assertThat(resolver.resolve(new CoreRelocation(0, 0, id, "0:0", CoreKind.FIELD_LSHIFT_U64)))
                .isEqualTo(unchecked(34));
        assertThat(resolver.resolve(new CoreRelocation(0, 0, id, "0:1", CoreKind.FIELD_LSHIFT_U64)))
                .isEqualTo(value(48, 48));
    }

    @Test
    void bitFieldThatNoLoadHolds_offset_isRefused() {
        int id = local.add(struct("s", 16, new Member("a", U64, 0, 60)));
        target.add(struct("s", 16, new Member("a", U64, 30, 60)));

        assertRefused(id, "0:0", CoreKind.FIELD_BYTE_OFFSET, "no load of up to 8 bytes");
    }

    @Test
    void types_byNameAndKind_areFound() {
        int id = local.add(struct("s", 8, new Member("a", U32, 0)));
        int gone = local.add(struct("gone", 8));
        int typedef = local.add(new BtfType.Typedef("s_t", id));
        target.add(new BtfType.Union("s", 4, List.of()));
        int found = target.add(struct("s", 24));
        int foundTypedef = target.add(new BtfType.Typedef("s_t", found));
        target.add(new BtfType.Forward("gone", false));

        assertThat(resolve(id, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 1));
        assertThat(resolve(id, "0", CoreKind.TYPE_SIZE)).isEqualTo(value(8, 24));
        assertThat(resolve(id, "0", CoreKind.TYPE_ID_TARGET)).isEqualTo(unchecked(found));
        assertThat(resolve(id, "0", CoreKind.TYPE_ID_LOCAL)).isEqualTo(unchecked(id));
        assertThat(resolve(typedef, "0", CoreKind.TYPE_ID_TARGET)).isEqualTo(unchecked(foundTypedef));
        assertThat(resolve(gone, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 0));
        assertThat(resolve(gone, "0", CoreKind.TYPE_SIZE)).isEqualTo(value(8, 0));
        assertThat(resolve(gone, "0", CoreKind.TYPE_ID_TARGET)).isEqualTo(unchecked(0));
        assertThat(resolve(gone, "0", CoreKind.TYPE_MATCHES)).isEqualTo(value(1, 0));
    }

    @Test
    void typedefOfAnotherKind_exists_isNotFound() {
        int pointer = local.add(new BtfType.Pointer(U32));
        int typedef = local.add(new BtfType.Typedef("t", pointer));
        target.add(new BtfType.Typedef("t", U64));

        assertThat(resolve(typedef, "0", CoreKind.TYPE_EXISTS)).isEqualTo(value(1, 0));
    }

    @Test
    void enumerators_byEssentialName_areFound() {
        int id = local.add(new BtfType.Enum32(
                "e",
                4,
                true,
                List.of(new Enumerator("A", 1), new Enumerator("B___mine", -2), new Enumerator("GONE", 3))));
        target.add(new BtfType.Enum64(
                "e", 8, true, List.of(new Enumerator("B", -0x1_0000_0000L), new Enumerator("A", 7))));

        assertThat(resolve(id, "0", CoreKind.ENUMVAL_VALUE)).isEqualTo(value(1, 7));
        assertThat(resolve(id, "1", CoreKind.ENUMVAL_VALUE)).isEqualTo(value(-2, -0x1_0000_0000L));
        assertThat(resolve(id, "1", CoreKind.ENUMVAL_EXISTS)).isEqualTo(value(1, 1));
        assertThat(resolve(id, "2", CoreKind.ENUMVAL_EXISTS)).isEqualTo(value(1, 0));
        assertFails(id, "2", CoreKind.ENUMVAL_VALUE);
        assertRefused(id, "3", CoreKind.ENUMVAL_VALUE, "has 3 enumerators");
        assertRefused(U32, "0", CoreKind.ENUMVAL_VALUE, "no enumeration");
    }
}
