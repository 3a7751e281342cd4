package dev.ring3.it.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.hook.ProgramHeader;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.StructType;
import dev.ring3.bpf.type.TypeBtf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The headers that are made of program types, compiled by clang for BPF. */
class ProgramHeaderTest {
    @TempDir
    Path folder;

    static Stream<ProgramType> types() {
        return Stream.concat(HookTypes.all().stream(), KernelProgramTypes.all().stream());
    }

    @ParameterizedTest
    @MethodSource("types")
    void header_compiled_laysStructuresOutAsDescribed(ProgramType type) throws Exception {
        StructType context = context(type);

        Btf compiled = compile(ProgramHeader.of(type), List.of(context)).btf().orElseThrow();

        assertThat(members(compiled, context)).isEqualTo(members(TypeBtf.of(context), context));
    }

    @Test
    void header_ofHooks_laysBothStructuresOutAsDescribed() throws Exception {
        List<StructType> contexts =
                HookTypes.all().stream().map(ProgramHeaderTest::context).toList();

        Btf compiled = compile(HookTypes.header(), contexts).btf().orElseThrow();

        for (StructType context : contexts) {
            assertThat(members(compiled, context)).isEqualTo(members(HookTypes.btf(), context));
        }
    }

    /** That the assertions in the sources of this test are looked at. */
    @Test
    void header_ofAnotherLayout_doesNotCompile() throws Exception {
        StructType moved = new StructType("ring3_fs", 688, List.of(Field.scalar("ino", 24, 8)));

        Clang.Result result = compiler(HookTypes.header(), List.of(moved));

        assertThat(result.status()).isNotZero();
        assertThat(result.output()).contains("ino");
    }

    /** An object that was compiled against a header with fewer fields before the ones it uses. */
    @Test
    void object_ofAnotherHeader_isAdaptedToThisHost() throws Exception {
        String old = HookTypes.header().replace("    __u64 target_parent; /* at 32 */\n", "");
        assertThat(old).isNotEqualTo(HookTypes.header());
        Files.writeString(folder.resolve("old.h"), old);
        Files.writeString(folder.resolve("old.c"), """
                #include "old.h"
                SEC("fs/write") int program(struct ring3_fs *fs) { return fs->length > 100 ? -1 : 0; }
                """);
        Clang clang = Clang.require();
        Clang.Result result = clang.compile(folder, "-g", "-O2", "-target", "bpf", "-c", "old.c", "-o", "old.o");
        assertThat(result.status()).as(result.output()).isZero();
        BpfObjectFile file = BpfObjectFile.read(folder.resolve("old.o"));

        String adapted = file.link(LinkOptions.none().withTarget(HookTypes.btf()))
                .program("program")
                .orElseThrow()
                .code()
                .insns()
                .toString();

        assertThat(adapted).contains("offset=64").doesNotContain("offset=56");
    }

    private BpfObjectFile compile(String header, List<StructType> structs) throws Exception {
        Clang.Result result = compiler(header, structs);
        assertThat(result.status()).as(result.output()).isZero();
        return BpfObjectFile.read(folder.resolve("program.o"));
    }

    private Clang.Result compiler(String header, List<StructType> structs) throws Exception {
        Clang clang = Clang.require();
        Files.writeString(folder.resolve("program.h"), header);
        Files.writeString(folder.resolve("program.c"), source(structs));
        return clang.compile(folder, "-g", "-O2", "-target", "bpf", "-c", "program.c", "-o", "program.o");
    }

    private static String source(List<StructType> structs) {
        StringBuilder source = new StringBuilder("#include \"program.h\"\n");
        for (StructType struct : structs) {
            String name = struct.name();
            for (Field field : struct.fields()) {
                source.append("_Static_assert(__builtin_offsetof(struct %s, %s) == %d, \"%s\");\n"
                        .formatted(name, field.name(), field.offsetBytes(), field.name()));
            }
            source.append("_Static_assert(sizeof(struct %s) == %d, \"size\");\n".formatted(name, struct.sizeBytes()));
            source.append(
                    "SEC(\"test\") int use_%s(struct %s *context) { return context != 0; }\n".formatted(name, name));
        }
        return source.toString();
    }

    /** The members of a structure: name, place, kind and size of what is there. */
    private static List<String> members(Btf btf, StructType struct) {
        int id = btf.find(BtfKind.STRUCT, struct.name()).orElseThrow();
        BtfType.Struct type = (BtfType.Struct) btf.type(id);
        List<String> members = new ArrayList<>(List.of("%d bytes".formatted(type.sizeBytes())));
        for (BtfType.Member member : type.members()) {
            int stripped = btf.strip(member.typeId());
            members.add("%s at bit %d: %s of %d bytes"
                    .formatted(member.name(), member.bitOffset(), btf.kind(stripped), btf.sizeBytes(stripped)));
        }
        return members;
    }

    private static StructType context(ProgramType type) {
        return ((Entry.Context) type.entry()).type();
    }
}
