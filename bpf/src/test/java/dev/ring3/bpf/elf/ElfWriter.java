package dev.ring3.bpf.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes small object files for tests: header, contents of sections in order, section table last. The symbol table, its
 * strings and the relocations come after the sections that a test adds, whose indices begin at 1.
 */
public final class ElfWriter {
    public static final int PROGBITS = 1;
    public static final int NOBITS = 8;
    public static final long WRITE = 1;
    public static final long ALLOC = 2;
    public static final long EXEC = 4;
    public static final int NOTYPE = 0;
    public static final int OBJECT = 1;
    public static final int FUNC = 2;
    public static final int SECTION = 3;
    public static final int LOCAL = 0;
    public static final int GLOBAL = 1;
    public static final int WEAK = 2;

    private static final int HEADER_BYTES = 64;
    private static final int SECTION_BYTES = 64;

    private final ByteOrder order;
    private final List<Section> sections = new ArrayList<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> names = new HashMap<>();
    private final ByteArrayOutputStream symbols = new ByteArrayOutputStream();
    private final Map<Integer, ByteArrayOutputStream> relocations = new TreeMap<>();
    private int symbolCount = 1;

    private record Section(
            String name, int type, long flags, ByteBuffer contents, long size, int link, int info, int entryBytes) {}

    public ElfWriter(ByteOrder order) {
        this.order = order;
        strings.write(0);
        symbols.writeBytes(new byte[24]);
        sections.add(new Section("", 0, 0, ByteBuffer.allocate(0), 0, 0, 0, 0));
    }

    /** Adds a section and returns its index. */
    public int section(String name, int type, long flags, byte[] contents) {
        return add(new Section(name, type, flags, ByteBuffer.wrap(contents), contents.length, 0, 0, 0));
    }

    /** Adds a section of code. */
    public int code(String name, byte[] contents) {
        return section(name, PROGBITS, ALLOC | EXEC, contents);
    }

    /** Adds a section of data. */
    public int data(String name, byte[] contents) {
        return section(name, PROGBITS, ALLOC | WRITE, contents);
    }

    /** Adds a section that is not loaded. */
    public int info(String name, byte[] contents) {
        return section(name, PROGBITS, 0, contents);
    }

    /** Adds a section without bytes in the file. */
    public int zeros(String name, long size) {
        return add(new Section(name, NOBITS, ALLOC | WRITE, ByteBuffer.allocate(0), size, 0, 0, 0));
    }

    /** Adds a symbol and returns its index. */
    public int symbol(String name, int binding, int type, int section, long value, long size) {
        ByteBuffer entry = ByteBuffer.allocate(24).order(order);
        entry.putInt(string(name))
                .put((byte) (binding << 4 | type))
                .put((byte) 0)
                .putShort((short) section);
        symbols.writeBytes(entry.putLong(value).putLong(size).array());
        return symbolCount++;
    }

    /** Adds a relocation whose addend stands in the place. */
    public ElfWriter relocation(int section, long offset, int symbol, int type) {
        ByteBuffer entry = ByteBuffer.allocate(16).order(order);
        entry.putLong(offset).putLong((long) symbol << 32 | Integer.toUnsignedLong(type));
        relocations.computeIfAbsent(section, _ -> new ByteArrayOutputStream()).writeBytes(entry.array());
        return this;
    }

    /** The file. */
    public byte[] build() {
        List<Section> all = new ArrayList<>(sections);
        int symbolTable = all.size();
        int stringTable = symbolTable + 1;
        all.add(new Section(
                ".symtab", 2, 0, ByteBuffer.wrap(symbols.toByteArray()), symbols.size(), stringTable, 1, 24));
        relocations.forEach(
                (section, entries) -> string(".rel" + sections.get(section).name()));
        all.forEach(section -> string(section.name()));
        string(".strtab");
        all.add(new Section(".strtab", 3, 0, ByteBuffer.wrap(strings.toByteArray()), strings.size(), 0, 0, 0));
        relocations.forEach((section, entries) -> all.add(new Section(
                ".rel" + sections.get(section).name(),
                9,
                0,
                ByteBuffer.wrap(entries.toByteArray()),
                entries.size(),
                symbolTable,
                section,
                16)));
        return bytes(all, stringTable);
    }

    private byte[] bytes(List<Section> all, int stringsIndex) {
        int contentBytes = all.stream()
                .mapToInt(section -> align(section.contents().capacity()))
                .sum();
        int tableAt = HEADER_BYTES + contentBytes;
        ByteBuffer file = ByteBuffer.allocate(tableAt + all.size() * SECTION_BYTES);
        file.putInt(0x7f454c46);
        file.order(order);
        file.put((byte) 2)
                .put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2))
                .put((byte) 1);
        file.putShort(16, (short) 1).putShort(18, (short) 247).putInt(20, 1).putLong(40, tableAt);
        file.putShort(52, (short) HEADER_BYTES).putShort(58, (short) SECTION_BYTES);
        file.putShort(60, (short) all.size()).putShort(62, (short) stringsIndex);
        int at = HEADER_BYTES;
        file.position(tableAt);
        for (Section section : all) {
            file.put(at, section.contents(), 0, section.contents().capacity());
            file.putInt(string(section.name())).putInt(section.type()).putLong(section.flags());
            file.putLong(0).putLong(section.type() == 0 ? 0 : at).putLong(section.size());
            file.putInt(section.link()).putInt(section.info());
            file.putLong(section.type() == 0 ? 0 : 8).putLong(section.entryBytes());
            at += align(section.contents().capacity());
        }
        return file.array();
    }

    private int add(Section section) {
        sections.add(section);
        return sections.size() - 1;
    }

    private int string(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        return names.computeIfAbsent(name, text -> {
            int offset = strings.size();
            strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            strings.write(0);
            return offset;
        });
    }

    private static int align(int bytes) {
        return Math.ceilDiv(bytes, 8) * 8;
    }

    /** Where the header of a section begins in a file. */
    public static int headerAt(byte[] file, int section) {
        return (int) buffer(file).getLong(40) + section * SECTION_BYTES;
    }

    /** The index of the first section of a type. */
    public static int indexOfType(byte[] file, int type) {
        int section = 0;
        while (buffer(file).getInt(headerAt(file, section) + 4) != type) {
            section++;
        }
        return section;
    }

    /** Where the contents of a section begin in a file. */
    public static int contentsAt(byte[] file, int section) {
        return (int) buffer(file).getLong(headerAt(file, section) + 24);
    }

    /** The file as a buffer in its own byte order. */
    public static ByteBuffer buffer(byte[] file) {
        return ByteBuffer.wrap(file).order(file[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }
}
