package dev.ring3.bpf.object;

import dev.ring3.bpf.elf.ElfFile;
import java.util.List;

/** What parsing finds, without maps: those need types, and a disassembler does not need them. */
record ObjectModel(
        ElfFile elf, ObjectTypes types, List<CodeSection> sections, CodeFunctions functions, ExternTable externs) {
    static ObjectModel read(byte[] file) {
        ElfFile elf = ElfFile.parse(file);
        ObjectTypes types = ObjectTypes.read(elf);
        List<CodeSection> sections = CodeSection.readAll(elf, types.ext());
        return new ObjectModel(
                elf, types, sections, new CodeFunctions(sections), new ExternTable(elf, types, sections));
    }
}
