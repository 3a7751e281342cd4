package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.elf.ElfException;
import dev.ring3.bpf.elf.ElfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled BPF object file: what {@code clang -target bpf -c} writes, in either byte order.
 *
 * <pre>{@code
 * BpfObjectFile file = BpfObjectFile.read(Path.of("limit.bpf.o"));
 * LinkedObject object = file.link(LinkOptions.none().withTarget(typesOfTheHost));
 * BpfCode code = object.program("limit").orElseThrow().code();
 * }</pre>
 */
public final class BpfObjectFile {
    /** Larger files are refused. */
    public static final int BYTES_MAX = ElfFile.BYTES_MAX;

    private final ObjectModel model;
    private final String license;

    // Filled without a lock: racing threads make equal values, and one of them stays.
    private @Nullable MapTable maps;

    private BpfObjectFile(ObjectModel model, String license) {
        this.model = model;
        this.license = license;
    }

    /**
     * Reads an object file.
     *
     * @throws ObjectException if it is malformed or no BPF object
     */
    public static BpfObjectFile parse(byte[] file) {
        return parseOwned(file.clone());
    }

    /**
     * Reads an object file.
     *
     * @throws ObjectException if it is malformed, no BPF object, or larger than {@link #BYTES_MAX}
     */
    public static BpfObjectFile read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return parseOwned(in.readNBytes(BYTES_MAX + 1));
        }
    }

    private static BpfObjectFile parseOwned(byte[] file) {
        try {
            ObjectModel model = ObjectModel.read(file);
            return new BpfObjectFile(model, Sections.license(model.elf()));
        } catch (ElfException e) {
            throw ObjectException.of(e);
        }
    }

    /** The byte order of code and data. */
    public ByteOrder order() {
        return model.elf().order();
    }

    /** The text of the section {@code license}, or the empty string. */
    public String license() {
        return license;
    }

    /** The text of a section, up to its zero byte; empty if there is no such section. */
    public Optional<String> text(String section) {
        try {
            return Sections.text(model.elf(), section);
        } catch (ElfException e) {
            throw ObjectException.of(e);
        }
    }

    /** The types; none if the object was compiled without {@code -g}. */
    public Optional<Btf> btf() {
        return Optional.ofNullable(model.types().btf());
    }

    /** The sections of code as they stand in the file, in its order. */
    public List<CodeSection> codeSections() {
        return model.sections();
    }

    /** The names of the programs, in the order of their sections and places. */
    public List<String> programs() {
        return model.functions().programs().stream().map(CodeFunction::name).toList();
    }

    /** The symbols that the host must supply, or may if they are weak, in the order of the symbol table. */
    public List<ExternSymbol> externs() {
        return List.copyOf(model.externs().symbols().values());
    }

    /**
     * The maps, but for that of {@code .kconfig}, which only linking makes.
     *
     * @throws ObjectException if a definition is malformed, or there are no types to read it by
     */
    public List<MapSpec> maps() {
        return List.copyOf(mapTable().maps());
    }

    /**
     * Makes programs for a host.
     *
     * @throws ObjectException if an instruction is invalid, something that the object refers to is neither in it nor
     *     supplied by the host, or a CO-RE relocation is malformed or ambiguous
     */
    public LinkedObject link(LinkOptions options) {
        try {
            LinkContext context = new LinkContext(model, mapTable(), options);
            Linker linker = new Linker(context);
            List<LinkedProgram> programs = new ArrayList<>();
            for (CodeFunction program : model.functions().programs()) {
                if (options.wants(program.name())) {
                    programs.add(linker.link(program));
                }
            }
            return new LinkedObject(license, order(), programs, context.allMaps(), context.hostFunctionNames(), btf());
        } catch (ElfException e) {
            throw ObjectException.of(e);
        }
    }

    private MapTable mapTable() {
        MapTable table = maps;
        if (table == null) {
            try {
                table = new MapTable(model.elf(), model.types(), model.functions());
            } catch (ElfException e) {
                throw ObjectException.of(e);
            }
            maps = table;
        }
        return table;
    }
}
