package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.hook.ProgramHeader;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.TypeBtf;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bpf types}: what programs are called with, may call and may return. */
@Command(
        name = "types",
        description = {
            "List the types of BPF programs, or describe one: its context, its helpers, its result.",
            "",
            "memory is a block of memory; fs and cache attach to Ring3 itself; the others are those of Linux, for"
                    + " 'bpf verify' without a kernel at hand.",
            ""
        },
        footer = {"", "Example: ring3 bpf types xdp"})
final class BpfTypesCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.bpf.types/1";

    private final Terminal terminal;
    private final CommandFiles files;

    @Parameters(
            arity = "0..1",
            paramLabel = "TYPE",
            converter = TypeNames.class,
            completionCandidates = TypeNames.class,
            description = "The type to describe.")
    private @Nullable ProgramType type;

    @Option(
            names = "--header",
            fallbackValue = "true",
            description = "Print a C header for programs of this type instead. It needs no other.")
    private boolean header;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description = "Write the types of the context as BTF instead, for CO-RE; - is standard output.")
    private @Nullable String btf;

    @Mixin
    private JsonOption json = new JsonOption();

    BpfTypesCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        if (header && btf != null) {
            throw CommandException.usage("--header and --btf each print something of their own; leave one out");
        }
        if (header) {
            terminal.out().print(header(named("--header")));
        } else if (btf != null) {
            files.write(btf, bytes(btf(named("--btf"))));
        } else if (json.isWanted()) {
            List<ProgramType> shown = type == null ? TypeNames.types() : List.of(type);
            terminal.out()
                    .println(JsonObject.ofSchema(SCHEMA)
                            .putObjects(
                                    "types",
                                    shown.stream()
                                            .map(one -> new TypeReport(one).json())
                                            .toList()));
        } else {
            terminal.out().print(type == null ? TypeReport.table(TypeNames.types()) : new TypeReport(type).text());
        }
        terminal.out().flush();
        return ExitCode.OK;
    }

    private ProgramType named(String option) {
        if (type == null) {
            throw CommandException.usage("%s is about one type: ring3 bpf types TYPE %s".formatted(option, option));
        }
        return type;
    }

    private static String header(ProgramType of) {
        return TypeNames.isOfRing3(of) ? HookTypes.header() : ProgramHeader.of(of);
    }

    private static Btf btf(ProgramType of) {
        if (TypeNames.isOfRing3(of)) {
            return HookTypes.btf();
        }
        return switch (of.entry()) {
            case Entry.Block _ ->
                throw CommandException.usage("programs of type %s are called with plain memory, which has no structure"
                        .formatted(of.name()));
            case Entry.Context context -> TypeBtf.of(context.type());
        };
    }

    private static byte[] bytes(Btf types) {
        BtfBuilder builder = new BtfBuilder(types.order());
        for (int id = 1; id <= types.typeCount(); id++) {
            builder.add(types.type(id));
        }
        return builder.toBytes();
    }
}
