package dev.ring3.bpf.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfField;
import dev.ring3.bpf.btf.BtfKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderWriterTest {
    private static final StructType PEER =
            new StructType("peer", 8, List.of(Field.scalar("port", 0, 2), Field.scalar("address", 4, 4)));

    private static final StructType REQUEST = new StructType(
            "request",
            48,
            List.of(
                    Field.packet("data", 0, 4, FieldKind.Part.START),
                    Field.pointer("peer", 8, PEER, true),
                    Field.packet("end", 16, 8, FieldKind.Part.END),
                    Field.scalar("ids", 24, 4).times(2),
                    Field.bytes("name", 32, 10)));

    @Test
    void struct_withGaps_isPadded() {
        String text = new HeaderWriter("REQUEST_H", "Requests.")
                .struct(REQUEST, Map.of("ids", "two of them"))
                .text();

        assertThat(text)
                .startsWith("/* Requests. */\n#ifndef REQUEST_H\n#define REQUEST_H\n")
                .endsWith("#endif\n")
                .contains("""
                        struct peer {
                            __u16 port; /* at 0 */
                            __u8 padding_2[2]; /* at 2 */
                            __u32 address; /* at 4 */
                        }; /* 8 bytes */

                        struct request {
                            __u32 data; /* at 0 */
                            __u8 padding_4[4]; /* at 4 */
                            struct peer *peer; /* at 8 */
                            void *end; /* at 16 */
                            /* two of them */
                            __u32 ids[2]; /* at 24 */
                            __u8 name[10]; /* at 32 */
                            __u8 padding_42[6]; /* at 42 */
                        }; /* 48 bytes */
                        """);
    }

    @Test
    void functions_byNumberAndByName_areDeclared() {
        FunctionContract echo = FunctionContract.of(
                "echo",
                Result.SCALAR,
                Argument.Kind.MEMORY,
                Argument.Kind.SIZE,
                Argument.Kind.ANYTHING,
                Argument.Kind.ANYTHING);
        FunctionContract peer =
                FunctionContract.of("bpf_peer", Result.object(PEER).orNull());

        String text = new HeaderWriter("H", "Functions.")
                .constant("ANSWER", 42, "to all")
                .constant("WIDE", 1L << 40, "in 64 bits")
                .helper(7, peer)
                .external(echo, "Says it again.")
                .text();

        assertThat(text)
                .contains("#define ANSWER 42 /* to all */\n#define WIDE 1099511627776LL /* in 64 bits */\n")
                .contains("struct peer;\n")
                .contains("static struct peer *(*const bpf_peer)(void) = (void *) 7;\n")
                .contains("""
                        /* Says it again. */
                        extern long echo(const void *from, __u32 size, __u64 number, __u64 number2) __ksym;
                        """);
    }

    @Test
    void struct_thatCCannotExpress_isRefused() {
        StructType crooked = new StructType("crooked", 8, List.of(Field.scalar("word", 2, 4)));
        StructType cut = new StructType("cut", 6, List.of(Field.scalar("word", 0, 4)));
        HeaderWriter header = new HeaderWriter("H", "Nothing.");

        assertThatThrownBy(() -> header.struct(crooked, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("struct crooked: field word of 4 bytes at 2 is not aligned");
        assertThatThrownBy(() -> TypeBtf.of(cut))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("struct cut: 6 bytes are not a multiple of 4");
    }

    @Test
    void btf_ofStruct_hasEveryFieldWhereItIs() {
        Btf btf = TypeBtf.of(REQUEST, PEER);

        int request = btf.find(BtfKind.STRUCT, "request").orElseThrow();
        assertThat(btf.sizeBytes(request)).isEqualTo(48);
        assertThat(btf.findAll(BtfKind.STRUCT, "peer")).hasSize(1);
        for (Field field : REQUEST.fields()) {
            BtfField found = btf.field(request, field.name()).orElseThrow();
            assertThat(found.bitOffset()).isEqualTo(field.offsetBytes() * 8L);
            assertThat(btf.sizeBytes(found.typeId())).isEqualTo(field.endBytes() - field.offsetBytes());
        }
        int pointer = btf.field(request, "peer").orElseThrow().typeId();
        assertThat(btf.kind(btf.strip(pointer))).isEqualTo(BtfKind.PTR);
    }

    @Test
    void btf_ofObjectWithoutFields_isADeclaration() {
        StructType task = new StructType("task", 0, List.of());
        StructType holder = new StructType("holder", 8, List.of(Field.pointer("task", 0, task, false)));

        assertThat(TypeBtf.of(holder).find(BtfKind.FWD, "task")).isPresent();
    }
}
