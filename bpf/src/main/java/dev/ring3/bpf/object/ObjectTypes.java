package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.btf.BtfExt;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.elf.ElfFile;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The sections {@code .BTF} and {@code .BTF.ext}. What a compiler leaves to the loader is done here: the offsets of
 * variables in their sections are relocations, and the sizes of sections stand in the file.
 *
 * @param btf null if the object was compiled without {@code -g}
 * @param ext null likewise
 */
record ObjectTypes(@Nullable Btf btf, @Nullable BtfExt ext) {
    private static final String BTF = ".BTF";
    private static final String BTF_EXT = ".BTF.ext";
    private static final long UNSIGNED_32_MAX = 0xffff_ffffL;

    static ObjectTypes read(ElfFile elf) {
        Optional<ElfSection> section = Sections.only(elf, BTF);
        if (section.isEmpty()) {
            return new ObjectTypes(null, null);
        }
        Btf btf = readBtf(elf, section.get());
        return new ObjectTypes(
                btf,
                Sections.only(elf, BTF_EXT)
                        .map(extSection -> readExt(elf, extSection, btf))
                        .orElse(null));
    }

    private static Btf readBtf(ElfFile elf, ElfSection section) {
        byte[] bytes = elf.contents(section);
        ByteBuffer data = ByteBuffer.wrap(bytes).order(elf.order());
        for (ElfRelocation relocation : elf.relocationsOf(section)) {
            relocate(section, data, relocation);
        }
        try {
            Btf btf = Btf.parse(bytes);
            if (btf.order() != elf.order()) {
                throw ObjectException.in(
                        section, 0, "types in byte order %s of a file in %s".formatted(btf.order(), elf.order()));
            }
            return btf.withSectionSizes(name -> sizeBytes(elf, name));
        } catch (BtfException e) {
            throw ObjectException.of(section, e);
        }
    }

    private static void relocate(ElfSection section, ByteBuffer data, ElfRelocation relocation) {
        int at = (int) relocation.offset();
        switch (relocation.type()) {
            case ElfRelocation.DATA_32, ElfRelocation.DEBUG_32, ElfRelocation.CALL -> {
                if (data.capacity() - at < Integer.BYTES) {
                    throw ObjectException.in(section, at, "a relocation of 4 bytes at the section's end");
                }
                if (relocation.symbol().section() > 0) {
                    long addend = relocation.addend().orElse(data.getInt(at));
                    data.putInt(at, (int) (relocation.symbol().value() + addend));
                }
            }
            default ->
                throw ObjectException.in(
                        section, at, "relocation type %d; types have 3, 4 and 10".formatted(relocation.type()));
        }
    }

    private static OptionalLong sizeBytes(ElfFile elf, String name) {
        for (ElfSection section : elf.sections()) {
            if (section.name().equals(name) && section.size() <= UNSIGNED_32_MAX) {
                return OptionalLong.of(section.size());
            }
        }
        return OptionalLong.empty();
    }

    private static BtfExt readExt(ElfFile elf, ElfSection section, Btf btf) {
        // Its relocations are against sections, and the places hold the offsets already.
        try {
            return BtfExt.parse(elf.contents(section), btf);
        } catch (BtfException e) {
            throw ObjectException.of(section, e);
        }
    }

    /** What lies in a section of data by its name, as far as the types know. */
    List<BtfType.Placed> contents(String section) {
        if (btf == null) {
            return List.of();
        }
        return btf.findAll(BtfKind.DATASEC, section)
                .mapToObj(id -> (BtfType.DataSection) btf.type(id))
                .findFirst()
                .map(BtfType.DataSection::contents)
                .orElse(List.of());
    }
}
