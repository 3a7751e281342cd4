package dev.ring3.bpf.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
    /** {@code int f(void) { return 7; }} by clang 16, its section .llvm_addrsig removed. */
    private static final String CLANG = """
            f0VMRgIBAQAAAAAAAAAAAAEA9wABAAAAAAAAAAAAAAAAAAAAAAAAALgAAAAAAAAAAAAAAEAAAAAAAEAABAABALcAAAAHAAAAlQAAAAAAAAAAAA\
            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAJAAAABADx/wAAAAAAAAAAAAAAAAAAAAAHAAAAEgACAAAAAAAAAAAAEAAAAAAAAAAALnRleHQAZgBnLmMA\
            LnN0cnRhYgAuc3ltdGFiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
            ANAAAAAwAAAAAAAAAAAAAAAAAAAAAAAACYAAAAAAAAAB0AAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAGAAAAAAAAAAAA\
            AAAAAAAAQAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAABUAAAACAAAAAAAAAAAAAAAAAAAAAAAAAFAAAAAAAAAASAAAAA\
            AAAAABAAAAAgAAAAgAAAAAAAAAGAAAAAAAAAA=""";

    private static final byte[] CODE = new byte[24];

    @Test
    void goldenBytesOfClang_parse_giveItsSectionsAndSymbols() {
        ElfFile file = ElfFile.parse(Base64.getDecoder().decode(CLANG));

        assertThat(file.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.sections()).extracting(ElfSection::name).containsExactly("", ".strtab", ".text", ".symtab");
        ElfSection text = file.sections().get(2);
        assertThat(text).isEqualTo(new ElfSection(2, ".text", 1, 6, 0x40, 16, 0, 0));
        assertThat(text.isCode()).isTrue();
        assertThat(file.contents(text)).containsExactly(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
        assertThat(file.symbols())
                .containsExactly(
                        new ElfSymbol(0, "", ElfSymbol.Binding.LOCAL, false, 0, 0, 0, 0),
                        new ElfSymbol(1, "g.c", ElfSymbol.Binding.LOCAL, false, 4, ElfSymbol.ABSOLUTE, 0, 0),
                        new ElfSymbol(2, "f", ElfSymbol.Binding.GLOBAL, false, 2, 2, 0, 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void eitherByteOrder_parse_givesTheSame(String name) {
        ByteOrder order = name.equals("LITTLE_ENDIAN") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ElfWriter writer = new ElfWriter(order);
        int text = writer.code(".text", CODE);
        int bss = writer.zeros(".bss", 0x1234_5678_9abcL);
        int here = writer.symbol("here", ElfWriter.GLOBAL, ElfWriter.FUNC, text, 8, 16);
        int there = writer.symbol("there", ElfWriter.WEAK, ElfWriter.NOTYPE, 0, 0, 0);
        writer.symbol("far", ElfWriter.LOCAL, ElfWriter.OBJECT, bss, 0x1234_5678_9ab0L, 12);
        writer.relocation(text, 16, there, ElfRelocation.CALL).relocation(text, 0, here, ElfRelocation.WIDE_LOAD);

        ElfFile file = ElfFile.parse(writer.build());

        assertThat(file.order()).isEqualTo(order);
        assertThat(file.symbols().get(here))
                .isEqualTo(new ElfSymbol(here, "here", ElfSymbol.Binding.GLOBAL, false, 2, text, 8, 16));
        assertThat(file.symbols().get(there).isUndefined()).isTrue();
        assertThat(file.contents(file.sections().get(bss))).isEmpty();
        List<ElfRelocation> relocations = file.relocationsOf(file.sections().get(text));
        assertThat(relocations).extracting(ElfRelocation::offset).containsExactly(16L, 0L);
        assertThat(relocations).extracting(ElfRelocation::type).containsExactly(10, 1);
        assertThat(relocations).extracting(r -> r.symbol().name()).containsExactly("there", "here");
        assertThat(relocations).extracting(ElfRelocation::addend).containsOnly(OptionalLong.empty());
        assertThat(file.relocationsOf(file.sections().get(bss))).isEmpty();
    }

    @Test
    void explicitAddend_parse_isKept() {
        ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        int text = writer.code(".text", CODE);
        int symbol = writer.symbol("there", ElfWriter.GLOBAL, ElfWriter.NOTYPE, 0, 0, 0);
        writer.relocation(text, 0, symbol, 1).relocation(text, -8, 0, 0).relocation(text, 8, symbol, 1);
        byte[] bytes = writer.build();
        ByteBuffer file = ElfWriter.buffer(bytes);
        int header = ElfWriter.headerAt(bytes, ElfWriter.indexOfType(bytes, ElfLayout.REL));
        // Three entries of 16 bytes become two of 24: the second's offset is the first's addend.
        file.putInt(header + 4, ElfLayout.RELA).putLong(header + 56, ElfLayout.RELA_BYTES);
        file.putLong((int) file.getLong(header + 24) + 24, 8)
                .putLong((int) file.getLong(header + 24) + 32, 1L << 32 | 1);

        ElfFile elf = ElfFile.parse(bytes);

        assertThat(elf.relocationsOf(elf.sections().get(text)))
                .extracting(ElfRelocation::addend)
                .containsExactly(OptionalLong.of(-8), OptionalLong.of(1L << 32 | 1));
    }

    @Test
    void extendedNumbering_parse_findsCountNamesAndSymbolSections() {
        ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        int text = writer.code(".text", CODE);
        ByteBuffer indices =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(4, text);
        int extended = writer.section(".symtab_shndx", ElfLayout.SYMTAB_SHNDX, 0, indices.array());
        int symbol = writer.symbol("here", ElfWriter.GLOBAL, ElfWriter.FUNC, ElfLayout.INDEX_EXTENDED, 8, 8);
        byte[] bytes = writer.build();
        ByteBuffer file = ElfWriter.buffer(bytes);
        int table = ElfWriter.headerAt(bytes, 0);
        file.putLong(table + 32, file.getShort(60)).putInt(table + 40, file.getShort(62));
        file.putShort(60, (short) 0).putShort(62, (short) ElfLayout.INDEX_EXTENDED);
        int header = ElfWriter.headerAt(bytes, extended);
        file.putInt(header + 40, ElfWriter.indexOfType(bytes, ElfLayout.SYMTAB)).putLong(header + 56, 4);

        ElfFile elf = ElfFile.parse(bytes);

        assertThat(elf.sections().get(text).name()).isEqualTo(".text");
        assertThat(elf.symbols().get(symbol).section()).isEqualTo(text);
    }

    @Test
    void sectionSymbol_nameOf_isTheSectionsName() {
        ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        int text = writer.code(".text", CODE);
        int symbol = writer.symbol("", ElfWriter.LOCAL, ElfWriter.SECTION, text, 0, 0);

        ElfFile file = ElfFile.parse(writer.build());

        assertThat(file.nameOf(file.symbols().get(symbol))).isEqualTo(".text");
        assertThat(file.nameOf(file.symbols().getFirst())).isEmpty();
    }
}
