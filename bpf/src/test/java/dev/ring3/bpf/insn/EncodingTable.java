package dev.ring3.bpf.insn;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which fields every instruction uses, from the tables of RFC 9669 and, for load-acquire and store-release, from the
 * Linux kernel. An oracle for the decoder: it knows nothing of {@link Insn}.
 */
final class EncodingTable {
    private EncodingTable() {}

    /** Opcodes; then the fields dst, src, offset, imm and, of wide instructions, the second immediate. */
    private static final String TABLE = """
            # 4.1 arithmetic: K and X of both widths; offset 1 is the signed flavour of div and mod
            04 14 24 44 54 64 74 a4 b4 c4 | reg | 0   | 0         | any
            07 17 27 47 57 67 77 a7 b7 c7 | reg | 0   | 0         | any
            0c 1c 2c 4c 5c 6c 7c ac cc    | reg | reg | 0         | 0
            0f 1f 2f 4f 5f 6f 7f af cf    | reg | reg | 0         | 0
            34 37 94 97                   | reg | 0   | 0,1       | any
            3c 3f 9c 9f                   | reg | reg | 0,1       | 0
            bc                            | reg | reg | 0,8,16    | 0
            bf                            | reg | reg | 0,8,16,32 | 0
            84 87                         | reg | 0   | 0         | 0
            # 4.2 byte swaps: to little endian, to big endian, unconditional
            d4 dc d7                      | reg | 0   | 0         | 16,32,64
            # 4.3 jumps: of 64 bits, then of 32; calls, of which 8d is not in the RFC; may_goto, not there either; exit
            05                            | 0   | 0   | any       | 0
            15 25 35 45 55 65 75          | reg | 0   | any       | any
            a5 b5 c5 d5                   | reg | 0   | any       | any
            1d 2d 3d 4d 5d 6d 7d          | reg | reg | any       | 0
            ad bd cd dd                   | reg | reg | any       | 0
            06                            | 0   | 0   | 0         | any
            16 26 36 46 56 66 76          | reg | 0   | any       | any
            a6 b6 c6 d6                   | reg | 0   | any       | any
            1e 2e 3e 4e 5e 6e 7e          | reg | reg | any       | 0
            ae be ce de                   | reg | reg | any       | 0
            85                            | 0   | 0,1,2 | 0       | any
            8d                            | reg | 0   | 0         | 0
            e5                            | 0   | 0   | any       | 0
            95                            | 0   | 0   | 0         | 0
            # 5.1 and 5.2 loads and stores
            61 69 71 79                   | reg | reg | any       | 0
            81 89 91                      | reg | reg | any       | 0
            62 6a 72 7a                   | reg | 0   | any       | any
            63 6b 73 7b                   | reg | reg | any       | 0
            # 5.3 atomics of 32 and 64 bits, and acquire and release of all four sizes
            c3 db                         | reg | reg | any       | 0,1,0x40,0x41,0x50,0x51,0xa0,0xa1,0xe1,0xf1
            c3 cb d3 db                   | reg | reg | any       | 0x100,0x110
            # 5.4 wide loads: sources 0, 2 and 6 have a second immediate
            18                            | reg | 0,2,6   | 0     | any | any
            18                            | reg | 1,3,4,5 | 0     | any | 0
            # 5.5 packet access: absolute, then indirect
            20 28 30                      | 0   | 0   | 0         | any
            40 48 50                      | 0   | reg | 0         | any
            """;

    /** The fields of a slot that hold operands. */
    enum Field {
        DST(4),
        SRC(4),
        OFFSET(16),
        IMM(32);

        final int bits;

        Field(int bits) {
            this.bits = bits;
        }
    }

    /** What a field may hold. */
    sealed interface Use {
        /** Every value of the field. */
        record Any() implements Use {}

        /** The number of a register, 0 to 10. */
        record AnyRegister() implements Use {}

        /** Values that select an instruction, or the zero of a reserved field. */
        record OneOf(List<Integer> values) implements Use {}

        static Use parse(String text) {
            return switch (text) {
                case "any" -> new Any();
                case "reg" -> new AnyRegister();
                default ->
                    new OneOf(Stream.of(text.split(",")).map(Integer::decode).toList());
            };
        }

        default boolean allows(int value) {
            return switch (this) {
                case Any() -> true;
                case AnyRegister() -> value >= 0 && value <= 10;
                case OneOf(List<Integer> values) -> values.contains(value);
            };
        }

        default int pick(Random random, int bits) {
            return switch (this) {
                case Any() -> random.nextInt() >> (Integer.SIZE - bits);
                case AnyRegister() -> random.nextInt(11);
                case OneOf(List<Integer> values) -> values.get(random.nextInt(values.size()));
            };
        }

        /** Every value that selects something, otherwise one that is not zero. */
        default List<Integer> examples() {
            return switch (this) {
                case Any _, AnyRegister _ -> List.of(1);
                case OneOf(List<Integer> values) -> values;
            };
        }
    }

    /** One line of the table for one opcode; {@code next} holds the second immediate of a wide instruction. */
    record Form(int opcode, List<Use> uses, List<Use> next) {

        Use use(Field field) {
            return uses.get(field.ordinal());
        }

        boolean isWide() {
            return !next.isEmpty();
        }

        boolean allows(Slot slot) {
            return slot.opcode() == opcode
                    && Stream.of(Field.values()).allMatch(field -> use(field).allows(slot.get(field)));
        }

        /** A slot for each combination of the values that select an instruction; other fields hold 1 where used. */
        List<Slot> examples() {
            List<Slot> examples = List.of(new Slot(opcode, 0, 0, 0, 0));
            for (Field field : Field.values()) {
                List<Integer> values = use(field).examples();
                examples = examples.stream()
                        .flatMap(slot -> values.stream().map(value -> slot.with(field, value)))
                        .toList();
            }
            return examples;
        }

        Slot random(Random random) {
            Slot slot = new Slot(opcode, 0, 0, 0, 0);
            for (Field field : Field.values()) {
                slot = slot.with(field, use(field).pick(random, field.bits));
            }
            return slot;
        }
    }

    private static final List<Form> FORMS = TABLE.lines()
            .filter(line -> !line.startsWith("#"))
            .flatMap(EncodingTable::parse)
            .toList();

    private static Stream<Form> parse(String line) {
        List<String> columns = Stream.of(line.split("\\|")).map(String::strip).toList();
        List<Use> uses = columns.subList(1, 5).stream().map(Use::parse).toList();
        List<Use> next =
                columns.subList(5, columns.size()).stream().map(Use::parse).toList();
        return Stream.of(columns.getFirst().split(" "))
                .map(opcode -> new Form(Integer.parseInt(opcode, 16), uses, next));
    }

    static List<Form> forms() {
        return FORMS;
    }

    static List<Form> forms(int opcode) {
        return FORMS.stream().filter(form -> form.opcode() == opcode).toList();
    }

    static boolean isKnown(int opcode) {
        return !forms(opcode).isEmpty();
    }

    /** Whether a slot on its own is valid, or is with a second slot of zeros. */
    static boolean isValid(Slot slot) {
        return forms(slot.opcode()).stream().anyMatch(form -> form.allows(slot));
    }

    /** What a refusal may name: the fields at fault by at least one line for the opcode, or the opcode. */
    static Set<String> faults(Slot slot) {
        if (!isKnown(slot.opcode())) {
            return Set.of("opcode");
        }
        return forms(slot.opcode()).stream()
                .flatMap(form -> Stream.of(Field.values())
                        .filter(field -> !form.use(field).allows(slot.get(field))))
                .map(field -> label(slot.opcode(), field))
                .collect(Collectors.toSet());
    }

    /** How {@link InsnException#field} names a field of an instruction that is at fault. */
    static String label(int opcode, Field field) {
        return switch (field) {
            case DST -> "dst";
            case SRC -> "src";
            case OFFSET -> "offset";
            // Section 5.3: "8-bit and 16-bit wide atomic operations are not supported", whatever imm says.
            case IMM -> opcode == 0xcb || opcode == 0xd3 ? "opcode" : "imm";
        };
    }
}
