package dev.ring3.bpf.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test damages one place of a valid file. */
class ElfBadInputTest {
    private static final int OFFSET_AT = 24;
    private static final int SIZE_AT = 32;
    private static final int LINK_AT = 40;
    private static final int INFO_AT = 44;
    private static final int ALIGNMENT_AT = 48;
    private static final int ENTRY_AT = 56;

    private byte[] bytes = {};
    private ByteBuffer file = ByteBuffer.wrap(bytes);
    private int text;
    private int symbols;
    private int strings;
    private int relocations;

    @BeforeEach
    void validFile() {
        ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        text = writer.code(".text", new byte[24]);
        writer.data(".data", new byte[16]);
        int symbol = writer.symbol("f", ElfWriter.GLOBAL, ElfWriter.FUNC, text, 0, 24);
        writer.relocation(text, 8, symbol, ElfRelocation.CALL);
        bytes = writer.build();
        file = ElfWriter.buffer(bytes);
        symbols = ElfWriter.indexOfType(bytes, ElfLayout.SYMTAB);
        strings = ElfWriter.indexOfType(bytes, ElfLayout.STRTAB);
        relocations = ElfWriter.indexOfType(bytes, ElfLayout.REL);
        ElfFile valid = ElfFile.parse(bytes);
        assertThat(valid.relocationsOf(valid.sections().get(text))).hasSize(1);
    }

    private int header(int section) {
        return ElfWriter.headerAt(bytes, section);
    }

    private int symbol() {
        return ElfWriter.contentsAt(bytes, symbols) + 24;
    }

    private void assertRefused(int offset, String problem) {
        assertRefused(() -> ElfFile.parse(bytes), offset, problem);
    }

    private static void assertRefused(ThrowingCallable parse, int offset, String problem) {
        assertThatExceptionOfType(ElfException.class)
                .isThrownBy(parse)
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }

    @Test
    void truncatedElf_everyLength_isRefused() {
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ElfException.class)
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> ElfFile.parse(prefix));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, magic",
        "4, 1, ELF class is 1",
        "5, 3, byte order 3",
        "6, 2, ELF version is 2",
        "16, 2, file type",
        "18, 62, machine",
        "20, 9, ELF version is 9",
        "52, 63, size of the ELF header",
        "58, 65, size of a section header"
    })
    void headerField_otherValue_isRefusedWithItsOffset(int at, byte value, String problem) {
        file.put(at, value);

        assertRefused(at, problem);
    }

    @Test
    void fileLargerThanTheLimit_parse_isRefused() {
        assertRefused(() -> ElfFile.parse(new byte[ElfFile.BYTES_MAX + 1]), 0, "at most 67108864");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 32, 4L << 30, Long.MAX_VALUE, -1})
    void fourGigabyteSection_parse_isRefusedBeforeMemoryIsTaken(long size) {
        file.putLong(header(text) + SIZE_AT, size);

        assertRefused(header(text) + (size < 0 ? SIZE_AT : OFFSET_AT), "section 1 has " + Long.toUnsignedString(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, Long.MAX_VALUE, 1 << 30})
    void sectionBeyondTheFile_parse_isRefused(long offset) {
        file.putLong(header(text) + OFFSET_AT, offset);

        assertRefused(header(text) + OFFSET_AT, "the file ends at " + bytes.length);
    }

    @Test
    void overlappingSections_parse_isRefused() {
        int at = ElfWriter.contentsAt(bytes, text);
        file.putLong(header(2) + OFFSET_AT, at + 8);

        assertRefused(at + 8, "section 2 (.data) begins inside section 1 (.text)");
    }

    @Test
    void sectionInsideAnother_parse_isRefused() {
        file.putLong(header(text) + SIZE_AT, 64);

        assertRefused(ElfWriter.contentsAt(bytes, 2), "begins inside section 1");
    }

    @ParameterizedTest
    @CsvSource({"0, 25", "8, 17", "24, 1", "25, 0", "-8, 8", "8, -1", "9223372036854775807, 9223372036854775807"})
    void symbolBeyondItsSection_parse_isRefused(long value, long size) {
        file.putLong(symbol() + 8, value).putLong(symbol() + 16, size);

        assertRefused(symbol() + 8, "symbol 1 (f) has");
    }

    @Test
    void symbolAtItsSectionsEnd_parse_isAccepted() {
        file.putLong(symbol() + 8, 24).putLong(symbol() + 16, 0);

        assertThat(ElfFile.parse(bytes).symbols().get(1).value()).isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource({"99, lies in section 99", "0xff05, reserved section index", "0xffff, in no table"})
    void symbolOfNoSection_parse_isRefused(String section, String problem) {
        file.putShort(symbol() + 6, Integer.decode(section).shortValue());

        assertRefused(symbol() + 6, problem);
    }

    @Test
    void unknownBinding_parse_isRefused() {
        file.put(symbol() + 4, (byte) 0x52);

        assertRefused(symbol() + 4, "binding 5");
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, -1, Integer.MIN_VALUE})
    void nameBeyondItsStrings_parse_isRefused(int offset) {
        file.putInt(header(text), offset);

        assertRefused(header(text), "name at offset " + Integer.toUnsignedString(offset));
    }

    @Test
    void symbolNameBeyondItsStrings_parse_isRefused() {
        file.putInt(symbol(), 4096);

        assertRefused(symbol(), "name at offset 4096");
    }

    @Test
    void stringsWithoutEnd_parse_isRefused() {
        int last = ElfWriter.contentsAt(bytes, strings) + (int) file.getLong(header(strings) + SIZE_AT) - 1;
        file.put(last, (byte) 'x');

        assertRefused(last, "does not end with a zero byte");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "99", "-1"})
    void symbolTableLinkedToNoStrings_parse_isRefused(int link) {
        file.putInt(header(symbols) + LINK_AT, link);

        assertRefused(header(symbols) + LINK_AT, "no string section");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "99", "-1"})
    void relocationsLinkedToNoSymbols_parse_isRefused(int link) {
        file.putInt(header(relocations) + LINK_AT, link);

        assertRefused(header(relocations) + LINK_AT, "no symbol table");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, -1})
    void relocationsOfNoSection_parse_isRefused(int info) {
        file.putInt(header(relocations) + INFO_AT, info);

        assertRefused(header(relocations) + INFO_AT, "relocations of section");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, -1})
    void moreLocalSymbolsThanSymbols_parse_isRefused(int info) {
        file.putInt(header(symbols) + INFO_AT, info);

        assertRefused(header(symbols) + INFO_AT, "local symbols of 2");
    }

    @Test
    void entriesOfAnotherSize_parse_isRefused() {
        file.putLong(header(symbols) + ENTRY_AT, 0);

        assertRefused(header(symbols) + ENTRY_AT, "entries of 0 bytes");
    }

    @Test
    void tableOfPartialEntries_parse_isRefused() {
        file.putLong(header(symbols) + SIZE_AT, 47);

        assertRefused(header(symbols) + SIZE_AT, "no multiple");
    }

    @Test
    void oddAlignment_parse_isRefused() {
        file.putLong(header(text) + ALIGNMENT_AT, 12);

        assertRefused(header(text) + ALIGNMENT_AT, "no power of two");
    }

    @Test
    void secondSymbolTable_parse_isRefused() {
        file.putInt(header(2) + 4, ElfLayout.SYMTAB).putLong(header(2) + SIZE_AT, 0);
        file.putLong(header(2) + ENTRY_AT, 24).putInt(header(2) + LINK_AT, strings);

        assertRefused(header(symbols), "second symbol table");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 0xff00})
    void namesOfSectionsInNoStrings_parse_isRefused(int index) {
        file.putShort(62, (short) index);

        assertRefused(62, "should hold the names");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 0xfeff, 0xffff})
    void moreSectionsThanTheFileHolds_parse_isRefusedBeforeMemoryIsTaken(int count) {
        file.putShort(60, (short) count);

        assertRefused(60, "the file ends at");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 32, -1, 1L << 58})
    void extendedSectionCount_impossible_isRefusedBeforeMemoryIsTaken(long count) {
        file.putShort(60, (short) 0).putLong(header(0) + SIZE_AT, count);

        assertRefused(header(0) + SIZE_AT, Long.toUnsignedString(count) + " sections");
    }

    @ParameterizedTest
    @ValueSource(longs = {0x7fff_ffff_ffff_ffffL, -64, 1 << 30})
    void sectionTableBeyondTheFile_parse_isRefused(long offset) {
        file.putLong(40, offset);

        assertRefused(40, "the section table");
    }

    @Test
    void relocationBeyondItsSection_relocationsOf_isRefused() {
        int at = ElfWriter.contentsAt(bytes, relocations);
        file.putLong(at, 24);
        ElfFile elf = ElfFile.parse(bytes);

        assertRefused(() -> elf.relocationsOf(elf.sections().get(text)), at, "offset 24 of section .text");
    }

    @Test
    void relocationAgainstNoSymbol_relocationsOf_isRefused() {
        int at = ElfWriter.contentsAt(bytes, relocations);
        file.putInt(at + 12, 2);
        ElfFile elf = ElfFile.parse(bytes);

        assertRefused(() -> elf.relocationsOf(elf.sections().get(text)), at, "symbol 2, but there are 2");
    }

    @Test
    void namesThatShareTheirBytes_manyAndLong_areRefused() {
        ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        int section = writer.code(".text", new byte[8]);
        writer.symbol("x".repeat(20_000), ElfWriter.LOCAL, ElfWriter.NOTYPE, section, 0, 0);
        for (int i = 0; i < 100; i++) {
            writer.symbol("y", ElfWriter.LOCAL, ElfWriter.NOTYPE, section, 0, 0);
        }
        byte[] shared = writer.build();
        int table = ElfWriter.contentsAt(shared, ElfWriter.indexOfType(shared, ElfLayout.SYMTAB));
        int longName = ElfWriter.buffer(shared).getInt(table + 24);
        for (int i = 0; i < 100; i++) {
            ElfWriter.buffer(shared).putInt(table + (i + 2) * 24, longName + i + 1);
        }

        assertThatExceptionOfType(ElfException.class)
                .isThrownBy(() -> ElfFile.parse(shared))
                .withMessageContaining("8 times as long as their string section");
    }
}
