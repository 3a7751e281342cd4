package dev.ring3.it.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contexts of Linux against the kernel's own headers. */
class KernelHeaderTest {
    private static final Path UAPI = Path.of("/usr/include/linux/bpf.h");

    /** Fields that the header calls otherwise. */
    private static final Map<String, String> NAMES = Map.of("bpf_sock_ops.args_from_1", "args[1]");

    /** Two bytes that the kernel lets programs read together with the padding behind them. */
    private static final Set<String> WITH_PADDING = Set.of("bpf_sock.dst_port", "bpf_sk_lookup.remote_port");

    /** Structures without a definition in the header, or of no use to compare: all bytes are alike. */
    private static final Set<String> NOT_THERE = Set.of("trace_entry", "bpf_raw_tracepoint_args", "bpf_flow_keys");

    @TempDir
    Path folder;

    @Test
    void contexts_everyField_isWhereTheHeaderHasIt() throws Exception {
        String header = requireHeader();
        Set<StructType> structs = new LinkedHashSet<>();
        for (ProgramType type : KernelProgramTypes.all()) {
            collect(((Entry.Context) type.entry()).type(), structs);
        }
        StringBuilder source = new StringBuilder();
        for (StructType struct : structs) {
            if (!NOT_THERE.contains(struct.name()) && !struct.fields().isEmpty()) {
                source.append(assertions(struct, header));
            }
        }

        assertThat(source.toString().lines().count()).isGreaterThan(500);
        assertThat(check(source.toString())).isEmpty();
    }

    @Test
    void contexts_fieldMoved_isNoticed() throws Exception {
        StructType moved = new StructType("xdp_md", 24, java.util.List.of(Field.scalar("rx_queue_index", 12, 4)));

        assertThat(check(assertions(moved, requireHeader()))).contains("xdp_md.rx_queue_index");
    }

    @Test
    void helpers_everyNumber_isTheHeaders() throws Exception {
        String header = requireHeader();
        StringBuilder source = new StringBuilder();
        for (int number = 1; number <= KernelHelpers.LAST; number++) {
            String name = KernelHelpers.contract(number).name().substring("bpf_".length());
            if (header.contains("FN(" + name + ")") || header.contains("FN(" + name + ",")) {
                source.append("_Static_assert(BPF_FUNC_%s == %d, \"%s\");\n".formatted(name, number, name));
            }
        }

        assertThat(source.toString().lines().count()).isGreaterThan(200);
        assertThat(check(source.toString())).isEmpty();
    }

    private static String requireHeader() throws Exception {
        assumeTrue(Files.isReadable(UAPI), UAPI + " is not there (Debian package linux-libc-dev)");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the registers of a kprobe are those of x86-64");
        return Files.readString(UAPI);
    }

    private static void collect(StructType struct, Set<StructType> structs) {
        if (structs.add(struct)) {
            for (Field field : struct.fields()) {
                if (field.kind() instanceof FieldKind.Pointer pointer) {
                    collect(pointer.target(), structs);
                }
            }
        }
    }

    /** Fields that this version of the header does not have yet are passed over. */
    private static String assertions(StructType struct, String header) {
        StringBuilder text = new StringBuilder();
        for (Field field : struct.fields()) {
            String key = struct.name() + "." + field.name();
            String name = NAMES.getOrDefault(key, field.name());
            if (struct.name().equals("bpf_perf_event_data") && field.offsetBytes() < 168) {
                name = "regs." + name;
            } else if (!struct.name().equals("pt_regs") && !header.contains(name.replaceAll("\\[.*", ""))) {
                continue;
            }
            text.append("_Static_assert(__builtin_offsetof(struct %s, %s) == %d, \"%s\");\n"
                    .formatted(struct.name(), name, field.offsetBytes(), key));
            if (!WITH_PADDING.contains(key) && !NAMES.containsKey(key)) {
                text.append("_Static_assert(sizeof(((struct %s *) 0)->%s) == %d, \"size of %s\");\n"
                        .formatted(struct.name(), name, field.endBytes() - field.offsetBytes(), key));
            }
        }
        return text.toString();
    }

    /** What the compiler does not agree with. */
    private String check(String assertions) throws Exception {
        Clang clang = Clang.require();
        Files.writeString(folder.resolve("check.c"), """
                #include <linux/bpf.h>
                #include <linux/ptrace.h>
                #include <linux/bpf_perf_event.h>
                %s""".formatted(assertions));
        return clang.compile(folder, "-fsyntax-only", "-ferror-limit=0", "check.c")
                .output();
    }
}
