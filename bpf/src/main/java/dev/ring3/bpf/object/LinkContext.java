package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.CoreKind;
import dev.ring3.bpf.btf.CoreRelocation;
import dev.ring3.bpf.btf.CoreResolver;
import dev.ring3.bpf.btf.CoreResult;
import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSection;
import dev.ring3.bpf.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the functions of an object refer to, for one linking: maps, symbols of the host, the host's types. */
final class LinkContext {
    private final ObjectModel model;
    private final ElfFile elf;
    private final MapTable maps;
    private final LinkOptions options;
    private final @Nullable CoreResolver resolver;
    private final @Nullable ConfigMap config;
    private final List<MapSpec> allMaps;
    private final Map<String, Integer> hostFunctions = new HashMap<>();
    private final List<String> hostFunctionNames = new ArrayList<>();
    private final Map<Integer, List<ElfRelocation>> pointers = new HashMap<>();

    LinkContext(ObjectModel model, MapTable maps, LinkOptions options) {
        this.model = model;
        this.elf = model.elf();
        this.maps = maps;
        this.options = options;
        this.allMaps = new ArrayList<>(maps.maps());
        Btf btf = model.types().btf();
        Btf target = options.target().orElse(null);
        this.resolver = btf == null || target == null ? null : new CoreResolver(btf, target);
        this.config = btf == null ? null : new ConfigMap(btf, elf.order(), options);
        if (config != null) {
            config.build(model.externs().symbols().values()).ifPresent(allMaps::add);
        }
    }

    /** The maps of the object and, last, that of {@code .kconfig} if there is one. */
    List<MapSpec> allMaps() {
        return allMaps;
    }

    List<String> hostFunctionNames() {
        return hostFunctionNames;
    }

    MapTable maps() {
        return maps;
    }

    CodeFunctions functions() {
        return model.functions();
    }

    int configMapIndex() {
        return allMaps.size() - 1;
    }

    /** Where a variable lies in the map {@code .kconfig}. */
    int configOffset(ExternSymbol symbol) {
        return config == null ? 0 : config.offset(symbol);
    }

    Optional<ExternSymbol> extern(ElfSymbol symbol) {
        return Optional.ofNullable(model.externs().symbols().get(symbol.index()));
    }

    /** The section that a symbol lies in; none if it lies in no section. */
    Optional<ElfSection> section(ElfSymbol symbol) {
        return symbol.section() > 0 ? Optional.of(elf.sections().get(symbol.section())) : Optional.empty();
    }

    boolean isCode(int sectionIndex) {
        return sectionIndex > 0 && elf.sections().get(sectionIndex).isCode();
    }

    String sectionName(int index) {
        return elf.sections().get(index).name();
    }

    String nameOf(ElfSymbol symbol) {
        return elf.nameOf(symbol);
    }

    /** The number of a function of the host, given on first use; none if the host lacks it. */
    OptionalInt hostFunction(ExternSymbol extern) {
        if (!options.hasFunction(extern.name(), extern.weak())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(hostFunctions.computeIfAbsent(extern.name(), name -> {
            hostFunctionNames.add(name);
            return hostFunctionNames.size() - 1;
        }));
    }

    OptionalLong variable(ExternSymbol extern) {
        return options.variable(extern.name());
    }

    /** The answer of the host's types. */
    CoreResult resolve(CoreRelocation relocation) throws CorePatch.Unfit {
        Btf btf = model.types().btf();
        if (btf != null && relocation.kind() == CoreKind.TYPE_ID_LOCAL) {
            return CoreResolver.localTypeId(btf, relocation);
        }
        if (resolver == null) {
            throw new CorePatch.Unfit(
                    "%s of the host's types, and the host supplies none".formatted(relocation.kind()));
        }
        return resolver.resolve(relocation);
    }

    /** Data that holds addresses cannot be copied into a map: nothing would put the addresses there. */
    void requireNoPointers(ElfSection section) {
        for (ElfRelocation relocation : pointers.computeIfAbsent(section.index(), _ -> elf.relocationsOf(section))) {
            throw ObjectException.in(
                    section,
                    relocation.offset(),
                    "a pointer to %s in data; only maps in .maps may hold pointers"
                            .formatted(elf.nameOf(relocation.symbol())));
        }
    }
}
