package dev.ring3.bpf.object;

import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfSection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What sections mean by their names, as libbpf has it. */
final class Sections {
    static final String MAPS = ".maps";
    static final String LEGACY_MAPS = "maps";
    static final String KCONFIG = ".kconfig";
    static final String KSYMS = ".ksyms";

    private static final String LICENSE = "license";
    private static final String READ_ONLY_DATA = ".rodata";
    private static final List<String> DATA = List.of(".data", READ_ONLY_DATA, ".bss");

    private Sections() {}

    /** The section of a name that may exist only once. */
    static Optional<ElfSection> only(ElfFile elf, String name) {
        Optional<ElfSection> found = Optional.empty();
        for (ElfSection section : elf.sections()) {
            if (section.name().equals(name)) {
                if (found.isPresent()) {
                    throw ObjectException.in(
                            section,
                            0,
                            "a second section of this name, %d; the first is %d"
                                    .formatted(section.index(), found.get().index()));
                }
                if (section.isCompressed()) {
                    throw ObjectException.in(section, 0, "compressed sections are not supported");
                }
                found = Optional.of(section);
            }
        }
        return found;
    }

    /** Whether a section becomes a map of global variables. */
    static boolean isData(ElfSection section) {
        return (section.isData() || section.isZeroFilled())
                && DATA.stream().anyMatch(name -> isNamed(section.name(), name));
    }

    /** Whether programs may only read it. */
    static boolean isReadOnly(ElfSection section) {
        return isNamed(section.name(), READ_ONLY_DATA);
    }

    private static boolean isNamed(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }

    /** The text of the section {@code license}, up to its zero byte. */
    static String license(ElfFile elf) {
        return text(elf, LICENSE).orElse("");
    }

    /** The text of a section, up to its zero byte. */
    static Optional<String> text(ElfFile elf, String name) {
        return only(elf, name).map(section -> {
            String text = new String(elf.contents(section), StandardCharsets.UTF_8);
            int end = text.indexOf(0);
            return end < 0 ? text : text.substring(0, end);
        });
    }
}
