package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.btf.CoreRelocation;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfSection;
import dev.ring3.bpf.elf.ElfSymbol;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.insn.WideSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Resolves the references of one function: relocations, CO-RE relocations, calls within its section. */
final class FunctionResolver {
    private final LinkContext context;
    private final CodeFunction function;
    private final CodeSection section;
    private final BpfCode code;

    private final List<Insn> insns = new ArrayList<>();
    private final Map<Integer, CodeFunction> calls = new HashMap<>();
    private final Set<Integer> maps = new TreeSet<>();
    private final Set<Integer> hostFunctions = new TreeSet<>();
    private final Map<Integer, String> poisoned = new HashMap<>();

    FunctionResolver(LinkContext context, CodeFunction function) {
        this.context = context;
        this.function = function;
        this.section = function.section();
        this.code = section.code();
    }

    ResolvedFunction resolve() {
        int end = function.endSlot();
        if (!code.isInsn(function.startSlot()) || (end < code.slotCount() && !code.isInsn(end))) {
            throw fault(
                    function.startSlot(),
                    "function %s begins or ends in the middle of a wide instruction".formatted(function.name()));
        }
        for (int slot = function.startSlot(); slot < end; ) {
            Insn insn = code.at(slot);
            resolve(slot, insn);
            slot += insn.slots();
        }
        return new ResolvedFunction(function, insns, calls, maps, hostFunctions, poisoned);
    }

    private void resolve(int slot, Insn insn) {
        CoreRelocation core = section.coreRelocation(slot);
        ElfRelocation relocation = section.relocations().get(slot);
        if (insn.slots() > 1
                && (section.coreRelocation(slot + 1) != null
                        || section.relocations().containsKey(slot + 1))) {
            throw fault(slot + 1, "a relocation in the middle of a wide instruction");
        }
        if (core != null && relocation != null) {
            throw fault(slot, "a relocation and a CO-RE relocation of one instruction");
        }
        if (core != null) {
            patch(slot, insn, core);
        } else if (relocation != null) {
            relocate(slot, insn, relocation);
        } else {
            keep(slot, insn);
        }
    }

    private void patch(int slot, Insn insn, CoreRelocation relocation) {
        try {
            CorePatch.Patched patched = CorePatch.apply(insn, context.resolve(relocation));
            insns.addAll(patched.insns());
            if (!patched.poison().isEmpty()) {
                poisoned.put(slot - function.startSlot(), patched.poison());
            }
        } catch (BtfException | CorePatch.Unfit e) {
            throw ObjectException.at(section.section(), slot, "CO-RE relocation: " + e.getMessage(), e);
        }
    }

    /** An instruction without a relocation: what it refers to must be in this section. */
    private void keep(int slot, Insn insn) {
        switch (insn) {
            case Insn.Jump(int offset) -> requireInside(slot, offset);
            case Insn.JumpLong(int offset) -> requireInside(slot, offset);
            case Insn.JumpIf jump -> requireInside(slot, jump.offset());
            case Insn.MayGoto(int offset) -> requireInside(slot, offset);
            case Insn.CallLocal(int offset) -> referToSection(slot, offset);
            case Insn.LoadWide wide when wide.source() == WideSource.CODE -> referToSection(slot, wide.low());
            case Insn.LoadWide wide
            when wide.source() != WideSource.IMMEDIATE ->
                throw fault(slot, "%s by a number; objects name it by a relocation".formatted(wide.source()));
            case Insn.CallHost call ->
                throw fault(
                        slot,
                        "a function of the host by number %d; objects name it by a relocation".formatted(call.btfId()));
            case Insn _ -> {}
        }
        insns.add(insn);
    }

    private void requireInside(int slot, int offset) {
        long target = slot + 1L + offset;
        if (!function.contains(target)) {
            throw fault(
                    slot,
                    "jump target %d outside function %s, [%d, %d]"
                            .formatted(target, function.name(), function.startSlot(), function.endSlot() - 1));
        }
    }

    private void referToSection(int slot, int offset) {
        long target = slot + 1L + offset;
        if (!function.contains(target)) {
            refer(slot, section.section().index(), target);
        }
    }

    private void refer(int slot, int sectionIndex, long target) {
        calls.put(
                slot - function.startSlot(),
                context.functions()
                        .startingAt(sectionIndex, target)
                        .orElseThrow(() -> fault(
                                slot,
                                "no function begins at insn %d of section %s"
                                        .formatted(target, context.sectionName(sectionIndex)))));
    }

    private void relocate(int slot, Insn insn, ElfRelocation relocation) {
        switch (relocation.type()) {
            case ElfRelocation.WIDE_LOAD -> {
                if (!(insn instanceof Insn.LoadWide load) || load.source() != WideSource.IMMEDIATE) {
                    throw fault(slot, "relocation type 1 of %s, which is no 64-bit load".formatted(insn));
                }
                relocateLoad(slot, load, relocation);
            }
            case ElfRelocation.CALL -> {
                if (!(insn instanceof Insn.CallLocal) && !(insn instanceof Insn.CallHelper)) {
                    throw fault(slot, "relocation type 10 of %s, which is no call".formatted(insn));
                }
                relocateCall(slot, insn, relocation);
            }
            default ->
                throw fault(
                        slot,
                        "relocation type %d against %s; instructions have 1 (64-bit load) and 10 (call)"
                                .formatted(relocation.type(), context.nameOf(relocation.symbol())));
        }
    }

    private void relocateCall(int slot, Insn insn, ElfRelocation relocation) {
        ElfSymbol symbol = relocation.symbol();
        if (symbol.isUndefined()) {
            ExternSymbol extern = extern(slot, symbol);
            if (extern.kind() != ExternSymbol.Kind.FUNCTION) {
                throw fault(slot, "call of %s, which is no function".formatted(symbol.name()));
            }
            callHost(slot, insn, extern);
            return;
        }
        if (!(insn instanceof Insn.CallLocal) || !context.isCode(symbol.section())) {
            throw fault(slot, "call of %s, which is no function of this object".formatted(context.nameOf(symbol)));
        }
        refer(slot, symbol.section(), targetSlot(slot, relocation));
        insns.add(insn);
    }

    private long targetSlot(int slot, ElfRelocation relocation) {
        long target = relocation.symbol().value() + section.addend(slot, relocation);
        if (target % InsnLayout.SLOT_BYTES != 0) {
            throw fault(
                    slot,
                    "offset %d of section %s is no instruction"
                            .formatted(
                                    target,
                                    context.sectionName(relocation.symbol().section())));
        }
        return target / InsnLayout.SLOT_BYTES;
    }

    private void callHost(int slot, Insn insn, ExternSymbol extern) {
        OptionalInt index = context.hostFunction(extern);
        if (index.isPresent()) {
            hostFunctions.add(index.getAsInt());
            insns.add(new Insn.CallHost(index.getAsInt() + 1));
            return;
        }
        if (!extern.weak()) {
            throw fault(slot, "the host has no function %s".formatted(extern.name()));
        }
        insns.addAll(CorePatch.poison(insn));
        poisoned.put(slot - function.startSlot(), "the host has no function %s".formatted(extern.name()));
    }

    private void relocateLoad(int slot, Insn.LoadWide load, ElfRelocation relocation) {
        ElfSymbol symbol = relocation.symbol();
        if (symbol.isUndefined()) {
            insns.add(loadExtern(slot, load, extern(slot, symbol)));
            return;
        }
        ElfSection target = context.section(symbol)
                .orElseThrow(() -> fault(
                        slot,
                        "symbol %s has no place in a section; tentative definitions need -fno-common"
                                .formatted(symbol.name())));
        if (target.isCode()) {
            refer(slot, target.index(), targetSlot(slot, relocation));
            insns.add(new Insn.LoadWide(load.dst(), WideSource.CODE, 0, 0));
            return;
        }
        long offset = symbol.value() + section.addend(slot, relocation);
        OptionalInt defined = context.maps().definedAt(target.index(), offset);
        if (defined.isPresent()) {
            maps.add(defined.getAsInt());
            insns.add(new Insn.LoadWide(load.dst(), WideSource.MAP_BY_INDEX, defined.getAsInt(), 0));
            return;
        }
        OptionalInt data = context.maps().ofData(target.index());
        if (data.isEmpty()) {
            throw fault(
                    slot,
                    "offset %d of section %s (%s) is neither a map, nor data in .data, .rodata or .bss, nor code"
                            .formatted(offset, target.name(), context.nameOf(symbol)));
        }
        requireInData(slot, offset, target.name(), target.size());
        context.requireNoPointers(target);
        insns.add(loadData(load, data.getAsInt(), (int) offset));
    }

    private void requireInData(int slot, long offset, String name, long size) {
        if (offset < 0 || offset >= size) {
            throw fault(slot, "offset %d of section %s, which has %d bytes".formatted(offset, name, size));
        }
    }

    private Insn loadData(Insn.LoadWide load, int map, int offset) {
        maps.add(map);
        return new Insn.LoadWide(load.dst(), WideSource.MAP_VALUE_BY_INDEX, map, offset);
    }

    private Insn loadExtern(int slot, Insn.LoadWide load, ExternSymbol extern) {
        return switch (extern.kind()) {
            case KCONFIG -> {
                long offset = (long) context.configOffset(extern) + load.low();
                long size = context.allMaps().get(context.configMapIndex()).valueBytes();
                requireInData(slot, offset, Sections.KCONFIG, size);
                yield loadData(load, context.configMapIndex(), (int) offset);
            }
            case FUNCTION -> {
                // Not an address that could be used: only whether there is one can be asked.
                OptionalInt index = context.hostFunction(extern);
                if (index.isEmpty() && !extern.weak()) {
                    throw fault(slot, "the host has no function %s".formatted(extern.name()));
                }
                yield Insn.LoadWide.of(load.dst(), index.isPresent() ? index.getAsInt() + 1 : 0);
            }
            case VARIABLE -> {
                OptionalLong address = context.variable(extern);
                if (address.isEmpty() && !extern.weak()) {
                    throw fault(slot, "the host has no variable %s".formatted(extern.name()));
                }
                yield Insn.LoadWide.of(load.dst(), address.isPresent() ? address.getAsLong() + load.low() : 0);
            }
        };
    }

    private ExternSymbol extern(int slot, ElfSymbol symbol) {
        return context.extern(symbol)
                .orElseThrow(
                        () -> fault(slot, "a reference to symbol %d, which has no name".formatted(symbol.index())));
    }

    private ObjectException fault(int slot, String problem) {
        return ObjectException.at(section.section(), slot, problem);
    }
}
