package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.btf.BtfType.Member;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreBadInputTest extends CoreFixture {
    @ParameterizedTest
    @CsvSource({
        "'', FIELD_EXISTS, decimal numbers",
        "0:, FIELD_EXISTS, decimal numbers",
        "0:-1, FIELD_EXISTS, decimal numbers",
        "0: 1, FIELD_EXISTS, decimal numbers",
        "0:4294967295, FIELD_EXISTS, decimal numbers",
        "0:99999999999, FIELD_EXISTS, decimal numbers",
        "0:2, FIELD_EXISTS, has 2 members",
        "0:0:0, FIELD_EXISTS, has no parts",
        "1, TYPE_EXISTS, a type is accessed by 0 alone",
        "0:0, TYPE_SIZE, a type is accessed by 0 alone"
    })
    void accessString_malformed_isRefused(String access, CoreKind kind, String problem) {
        int id = local.add(struct("s", 8, new Member("a", U32, 0), new Member("b", U32, 32)));

        assertRefused(id, access, kind, problem);
        assertRefused(id, access, kind, "BTF.ext offset 0x40");
    }

    @Test
    void accessString_tooManySteps_isRefused() {
        assertRefused(U32, "0" + ":0".repeat(64), CoreKind.FIELD_EXISTS, "at most 64 steps");
    }

    @Test
    void elementFarAway_offset_isRefused() {
        int id = local.add(struct("s", 0xffff_ffffL, new Member("a", U32, 0)));
        target.add(struct("s", 4, new Member("a", U32, 0)));

        assertRefused(id, "2147483647:0", CoreKind.FIELD_BYTE_OFFSET, "lies too far");
    }

    @Test
    void anonymousType_anyQuestionOfTheHost_isRefused() {
        int id = local.add(struct("", 8, new Member("a", U32, 0)));

        assertRefused(id, "0:0", CoreKind.FIELD_EXISTS, "anonymous type");
        assertThat(resolve(id, "0", CoreKind.TYPE_ID_LOCAL)).isEqualTo(unchecked(id));
    }

    private static BtfType array(int elementTypeId) {
        return new BtfType.Array(elementTypeId, U32, 1);
    }

    @Test
    void cyclicTypes_ofTheObject_areRefused() {
        int cycle = local.add(array(local.nextId()));
        int id = local.add(struct("s", 8, new Member("a", cycle, 0)));
        target.add(struct("s", 8, new Member("a", target.nextId() + 1, 0)));
        target.add(array(U32));

        assertRefused(id, "0:0", CoreKind.FIELD_BYTE_OFFSET, "to itself");
        assertThat(resolve(id, "0:0", CoreKind.FIELD_EXISTS)).isEqualTo(value(1, 0));
    }

    @Test
    void cyclicTypes_ofTheHost_matchNothing() {
        int id = local.add(struct("s", 8, new Member("a", local.nextId() + 1, 0)));
        local.add(array(U32));
        int cycle = target.add(array(target.nextId()));
        target.add(struct("s", 8, new Member("a", cycle, 0)));

        assertFails(id, "0:0", CoreKind.FIELD_BYTE_OFFSET);
    }

    @Test
    void cyclicTypes_ofBoth_areRefused() {
        int cycle = local.add(array(local.nextId()));
        int id = local.add(struct("s", 8, new Member("a", cycle, 0)));
        int pointers = local.add(new BtfType.Pointer(local.nextId()));
        int typedef = local.add(new BtfType.Typedef("t", pointers));
        int otherCycle = target.add(array(target.nextId()));
        target.add(struct("s", 8, new Member("a", otherCycle, 0)));
        int otherPointers = target.add(new BtfType.Pointer(target.nextId()));
        target.add(new BtfType.Typedef("t", otherPointers));

        assertRefused(id, "0:0", CoreKind.FIELD_BYTE_OFFSET, "through more than 32 types");
        assertRefused(typedef, "0", CoreKind.TYPE_EXISTS, "through more than 32 types");
        assertRefused(typedef, "0", CoreKind.TYPE_MATCHES, "through more than 32 types");
    }

    @Test
    void cyclicTypedefs_resolve_areRefused() {
        int typedef = local.add(new BtfType.Typedef("t", local.nextId()));
        target.add(new BtfType.Typedef("t", U32));

        assertRefused(typedef, "0", CoreKind.TYPE_EXISTS, "to itself");
        assertRefused(typedef, "0:0", CoreKind.FIELD_EXISTS, "to itself");
        assertRefused(typedef, "0", CoreKind.ENUMVAL_EXISTS, "to itself");
    }

    @Test
    void structsThatContainThemselves_resolve_areSearchedOnce() {
        int id = local.add(struct("s", 4, new Member("a", U32, 0)));
        Member self = new Member("", target.nextId(), 0);
        target.add(new BtfType.Struct("s", 4, List.of(self, self, self, self, new Member("a", U32, 0))));

        assertThat(resolve(id, "0:0", CoreKind.FIELD_BYTE_OFFSET)).isEqualTo(offset(0, 0, 4, 4, true));
    }

    @Test
    void anonymousMembers_nestedTooDeep_areRefused() {
        int id = local.add(struct("s", 4, new Member("missing", U32, 0)));
        target.add(struct("s", 4, new Member("", target.nextId() + 1, 0)));
        for (int i = 0; i < 40; i++) {
            target.add(struct("", 4, new Member("", target.nextId() + 1, 0)));
        }
        target.add(struct("", 4));

        assertRefused(id, "0:0", CoreKind.FIELD_EXISTS, "nested more than 32 deep");
    }
}
