package dev.ring3.bpf.insn;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.EncodingTable.Form;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decoding and encoding undo each other, whichever comes first. */
class InsnLayoutRoundTripTest {
    private static final int PROGRAMS = 2_000;
    private static final int INSNS_MAX = 40;

    private final Seed seed = Seed.of(InsnLayoutRoundTripTest.class);
    private final Random random = seed.random();

    @Test
    void validBytes_decodedAndEncoded_areTheSame() {
        for (int i = 0; i < PROGRAMS; i++) {
            Slot[] slots = randomSlots();
            for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
                byte[] bytes = Slot.bytes(order, slots);
                assertThat(InsnLayout.encode(InsnLayout.decodeUnlinked(bytes, order), order))
                        .as(seed::toString)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void instructions_encodedAndDecoded_areTheSame() {
        RandomInsns insns = new RandomInsns(random);
        Set<Class<?>> kinds = new HashSet<>();
        for (int i = 0; i < PROGRAMS; i++) {
            BpfCode code = BpfCode.unlinked(insns.list(random.nextInt(INSNS_MAX)));
            code.forEach(insn -> kinds.add(insn.getClass()));
            for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
                byte[] bytes = InsnLayout.encode(code, order);
                assertThat(bytes).as(seed::toString).hasSize(code.slotCount() * InsnLayout.SLOT_BYTES);
                assertThat(InsnLayout.decodeUnlinked(bytes, order))
                        .as(seed::toString)
                        .isEqualTo(code);
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder(Insn.class.getPermittedSubclasses());
    }

    @Test
    void validSlots_inBothByteOrders_areTheSameInstructions() {
        for (int i = 0; i < PROGRAMS; i++) {
            Slot[] slots = randomSlots();
            assertThat(InsnLayout.decodeUnlinked(Slot.bytes(BIG_ENDIAN, slots), BIG_ENDIAN))
                    .as(seed::toString)
                    .isEqualTo(InsnLayout.decodeUnlinked(Slot.bytes(LITTLE_ENDIAN, slots), LITTLE_ENDIAN));
        }
    }

    @Test
    void bigEndian_comparedWithLittle_swapsRegistersAndReversesNumbers() {
        RandomInsns insns = new RandomInsns(random);
        for (int i = 0; i < PROGRAMS; i++) {
            BpfCode code = BpfCode.unlinked(insns.list(1));
            byte[] little = InsnLayout.encode(code, LITTLE_ENDIAN);
            byte[] big = InsnLayout.encode(code, BIG_ENDIAN);
            for (int at = 0; at < little.length; at += InsnLayout.SLOT_BYTES) {
                byte registers = little[at + 1];
                assertThat(new byte[] {
                            big[at],
                            big[at + 1],
                            big[at + 3],
                            big[at + 2],
                            big[at + 7],
                            big[at + 6],
                            big[at + 5],
                            big[at + 4]
                        })
                        .as(() -> code + ", " + seed)
                        .containsExactly(
                                little[at],
                                (byte) (registers << 4 | (registers >> 4 & 0xf)),
                                little[at + 2],
                                little[at + 3],
                                little[at + 4],
                                little[at + 5],
                                little[at + 6],
                                little[at + 7]);
            }
        }
    }

    private Slot[] randomSlots() {
        List<Slot> slots = new ArrayList<>();
        for (int count = 1 + random.nextInt(INSNS_MAX); count > 0; count--) {
            Form form = EncodingTable.forms()
                    .get(random.nextInt(EncodingTable.forms().size()));
            slots.add(form.random(random));
            if (form.isWide()) {
                int high = form.next().getFirst().pick(random, Integer.SIZE);
                slots.add(Slot.ZERO.with(EncodingTable.Field.IMM, high));
            }
        }
        return slots.toArray(Slot[]::new);
    }
}
