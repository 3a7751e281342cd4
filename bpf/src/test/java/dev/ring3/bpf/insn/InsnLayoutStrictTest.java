package dev.ring3.bpf.insn;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ring3.bpf.insn.EncodingTable.Field;
import dev.ring3.bpf.insn.EncodingTable.Form;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decoder against {@link EncodingTable}: every opcode, every field, one reserved value at a time. */
class InsnLayoutStrictTest {
    private static final int OPCODES = 256;
    private static final int RANDOM_SLOTS = 100_000;

    /** A wide instruction before the one that is tried, so that slots and instructions do not count alike. */
    private static final List<Slot> PREFIX = List.of(new Slot(0x18, 1, 0, 0, 5), Slot.ZERO);

    private static final List<Integer> REGISTERS =
            IntStream.range(0, 16).boxed().toList();

    /** All that could be taken for a width, every single bit, and a width in the other byte. */
    private static final List<Integer> OFFSETS = IntStream.concat(
                    IntStream.rangeClosed(-64, 300),
                    IntStream.of(0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x7fff, -0x8000, 0x4001, 0x1008))
            .boxed()
            .toList();

    /** All that could be taken for an operation, every single bit, and operations with higher bits set. */
    private static final List<Integer> IMMEDIATES = Stream.of(
                    IntStream.rangeClosed(-2, 0x121),
                    IntStream.range(9, Integer.SIZE).map(bit -> 1 << bit),
                    IntStream.of(0x10000, 0x1000000, Integer.MIN_VALUE)
                            .flatMap(high -> IntStream.of(1, 16, 32, 64, 0xe1, 0x100, 0x110)
                                    .map(low -> high | low)),
                    IntStream.of(0x1f1, 0x200, Integer.MAX_VALUE))
            .flatMap(IntStream::boxed)
            .toList();

    static List<ByteOrder> orders() {
        return List.of(LITTLE_ENDIAN, BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void opcode_thatNoTableLists_isRefused(ByteOrder order) {
        for (int opcode = 0; opcode < OPCODES; opcode++) {
            if (EncodingTable.isKnown(opcode)) {
                continue;
            }
            Slot zeros = new Slot(opcode, 0, 0, 0, 0);
            assertRefused(zeros, order, "opcode");
            for (Field field : Field.values()) {
                assertRefused(zeros.with(field, 1), order, "opcode");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void field_withAnyOfItsValues_isTakenOrNamed(ByteOrder order) {
        int refused = 0;
        for (Form form : EncodingTable.forms()) {
            for (Slot example : form.examples()) {
                for (Field field : Field.values()) {
                    for (int value : valuesToTry(field)) {
                        Slot slot = example.with(field, value);
                        if (EncodingTable.isValid(slot)) {
                            assertTaken(slot, order);
                        } else {
                            assertRefused(slot, order, EncodingTable.label(slot.opcode(), field));
                            refused++;
                        }
                    }
                }
            }
        }
        // The control of the loop itself: it would be silent if the table took everything.
        assertThat(refused).isGreaterThan(50_000);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void wideInstruction_withAnyFieldOfItsSecondSlotSet_isTakenOrNamed(ByteOrder order) {
        for (Form form : EncodingTable.forms().stream().filter(Form::isWide).toList()) {
            for (Slot first : form.examples()) {
                for (int opcode = 1; opcode < OPCODES; opcode++) {
                    assertSecondRefused(first, new Slot(opcode, 0, 0, 0, 0), order, "opcode");
                }
                for (Field field : List.of(Field.DST, Field.SRC, Field.OFFSET)) {
                    for (int value : valuesToTry(field)) {
                        if (value != 0) {
                            assertSecondRefused(
                                    first, Slot.ZERO.with(field, value), order, EncodingTable.label(0x18, field));
                        }
                    }
                }
                for (int value : valuesToTry(Field.IMM)) {
                    Slot second = Slot.ZERO.with(Field.IMM, value);
                    if (form.next().getFirst().allows(value)) {
                        assertThat(refusal(order, first, second)).isEmpty();
                    } else {
                        assertSecondRefused(first, second, order, "imm");
                    }
                }
            }
        }
    }

    @Test
    void randomSlot_ofAnyOpcode_isTakenExactlyWhenTheTableAllowsIt() {
        Seed seed = Seed.of(InsnLayoutStrictTest.class);
        Random random = seed.random();
        for (int i = 0; i < RANDOM_SLOTS; i++) {
            Slot slot = randomSlot(random);
            ByteOrder order = random.nextBoolean() ? LITTLE_ENDIAN : BIG_ENDIAN;
            boolean valid = EncodingTable.isValid(slot);
            boolean agrees = refusal(order, slot, followUp(slot))
                    .map(e -> !valid
                            && e.slot() == PREFIX.size()
                            && EncodingTable.faults(slot).contains(e.field()))
                    .orElse(valid);
            if (!agrees) {
                fail("%s, %s, valid: %s, faults: %s; %s", slot, order, valid, EncodingTable.faults(slot), seed);
            }
        }
    }

    /** Up to two fields of a valid slot spoiled, or any opcode: most slots of random bytes are refused at once. */
    private static Slot randomSlot(Random random) {
        if (random.nextInt(8) == 0) {
            return new Slot(random.nextInt(OPCODES), random.nextInt(16), random.nextInt(16), 0, random.nextInt(0x200));
        }
        List<Form> forms = EncodingTable.forms();
        Slot slot = forms.get(random.nextInt(forms.size())).random(random);
        for (int spoiled = random.nextInt(3); spoiled > 0; spoiled--) {
            Field field = Field.values()[random.nextInt(Field.values().length)];
            List<Integer> values = valuesToTry(field);
            slot = slot.with(field, values.get(random.nextInt(values.size())));
        }
        return slot;
    }

    private static List<Integer> valuesToTry(Field field) {
        return switch (field) {
            case DST, SRC -> REGISTERS;
            case OFFSET -> OFFSETS;
            case IMM -> IMMEDIATES;
        };
    }

    private static Slot followUp(Slot slot) {
        return slot.opcode() == 0x18 ? Slot.ZERO : Slot.EXIT;
    }

    private static void assertTaken(Slot slot, ByteOrder order) {
        refusal(order, slot, followUp(slot)).ifPresent(e -> fail("%s, %s: %s", slot, order, e));
    }

    private static void assertRefused(Slot slot, ByteOrder order, String field) {
        assertRefusedAt(PREFIX.size(), field, refusal(order, slot, followUp(slot)), slot, order);
    }

    private static void assertSecondRefused(Slot first, Slot second, ByteOrder order, String field) {
        assertRefusedAt(PREFIX.size() + 1, field, refusal(order, first, second), second, order);
    }

    // Plain comparisons: an assertion object for each of half a million cases would cost most of the time.
    private static void assertRefusedAt(
            int slot, String field, Optional<InsnException> refusal, Slot raw, ByteOrder order) {
        if (refusal.isEmpty()) {
            fail("%s, %s: taken, but %s is reserved", raw, order, field);
        }
        InsnException e = refusal.orElseThrow();
        if (e.slot() != slot || !e.field().equals(field)) {
            fail("%s, %s: expected insn %d: %s, but was %s", raw, order, slot, field, e);
        }
    }

    private static Optional<InsnException> refusal(ByteOrder order, Slot... slots) {
        Slot[] all = Stream.concat(PREFIX.stream(), Stream.of(slots)).toArray(Slot[]::new);
        try {
            InsnLayout.decodeUnlinked(Slot.bytes(order, all), order);
            return Optional.empty();
        } catch (InsnException e) {
            return Optional.of(e);
        }
    }
}
