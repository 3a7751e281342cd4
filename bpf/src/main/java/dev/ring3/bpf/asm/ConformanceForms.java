package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.HashMap;
import java.util.Map;

/** Which operands follow each mnemonic of {@link Dialect#CONFORMANCE}. */
final class ConformanceForms {
    /** Reads the operands behind one mnemonic and adds the instruction. */
    interface Form {
        void parse(ConformanceParser parser, Position at);
    }

    static final Map<String, Form> FORMS = forms();

    private ConformanceForms() {}

    private static Map<String, Form> forms() {
        Map<String, Form> forms = new HashMap<>();
        for (Width width : Width.values()) {
            arithmetic(forms, width);
            for (Condition condition : Condition.values()) {
                forms.put(ConformanceNames.jump(width, condition), (p, at) -> jumpIf(p, at, width, condition));
            }
        }
        for (SwapKind kind : SwapKind.values()) {
            for (Size size : new Size[] {Size.HALF, Size.WORD, Size.DOUBLE}) {
                Form swap = (p, at) -> p.add(at, new Insn.ByteSwap(kind, size, p.register()));
                forms.put(ConformanceNames.swap(kind, size), swap);
                if (kind == SwapKind.REVERSE) {
                    forms.put("b" + ConformanceNames.swap(kind, size), swap);
                }
            }
        }
        for (Size size : Size.values()) {
            memory(forms, size);
        }
        forms.put("ja", (p, at) -> p.addJump(at, Short.SIZE, Insn.Jump::new));
        forms.put("ja32", (p, at) -> p.addJump(at, Integer.SIZE, Insn.JumpLong::new));
        forms.put("may_goto", (p, at) -> p.addJump(at, Short.SIZE, Insn.MayGoto::new));
        forms.put("call", ConformanceParser::call);
        forms.put("exit", ConformanceParser::exit);
        forms.put("lddw", ConformanceParser::loadWide);
        forms.put("lock", ConformanceParser::lock);
        return Map.copyOf(forms);
    }

    private static void arithmetic(Map<String, Form> forms, Width width) {
        for (AluOp op : AluOp.values()) {
            forms.put(ConformanceNames.alu(width, op), (p, at) -> {
                Register dst = p.register();
                p.comma();
                p.add(at, new Insn.Alu(width, op, dst, p.operand()));
            });
        }
        forms.put(ConformanceNames.negate(width), (p, at) -> p.add(at, new Insn.Negate(width, p.register())));
        for (Size from : Size.values()) {
            if (from.bits() < width.bits()) {
                forms.put(ConformanceNames.moveSignExtend(width, from), (p, at) -> {
                    Register dst = p.register();
                    p.comma();
                    p.add(at, new Insn.MoveSignExtend(width, from, dst, p.register()));
                });
            }
        }
    }

    private static void jumpIf(ConformanceParser p, Position at, Width width, Condition condition) {
        Register left = p.register();
        p.comma();
        Operand right = p.operand();
        p.comma();
        p.addJump(at, Short.SIZE, offset -> new Insn.JumpIf(width, condition, left, right, offset));
    }

    private static void memory(Map<String, Form> forms, Size size) {
        forms.put(ConformanceNames.load(size, false), (p, at) -> load(p, at, size, false));
        forms.put(ConformanceNames.storeImmediate(size), (p, at) -> {
            ConformanceParser.Memory memory = p.memory();
            p.comma();
            p.add(at, new Insn.Store(size, memory.base(), memory.offset(), new Immediate(p.immediate())));
        });
        forms.put(ConformanceNames.storeRegister(size), (p, at) -> {
            ConformanceParser.Memory memory = p.memory();
            p.comma();
            p.add(at, new Insn.Store(size, memory.base(), memory.offset(), p.register()));
        });
        forms.put(ConformanceNames.loadAcquire(size), (p, at) -> {
            Register dst = p.register();
            p.comma();
            ConformanceParser.Memory memory = p.memory();
            p.add(at, new Insn.LoadAcquire(size, dst, memory.base(), memory.offset()));
        });
        forms.put(ConformanceNames.storeRelease(size), (p, at) -> {
            ConformanceParser.Memory memory = p.memory();
            p.comma();
            p.add(at, new Insn.StoreRelease(size, memory.base(), memory.offset(), p.register()));
        });
        if (size == Size.DOUBLE) {
            return;
        }
        forms.put(ConformanceNames.load(size, true), (p, at) -> load(p, at, size, true));
        forms.put(
                ConformanceNames.packetAbsolute(size),
                (p, at) -> p.add(at, new Insn.LoadPacketAbsolute(size, p.immediate())));
        forms.put(ConformanceNames.packetIndirect(size), (p, at) -> {
            Register index = p.register();
            p.comma();
            p.add(at, new Insn.LoadPacketIndirect(size, index, p.immediate()));
        });
    }

    private static void load(ConformanceParser p, Position at, Size size, boolean signed) {
        Register dst = p.register();
        p.comma();
        ConformanceParser.Memory memory = p.memory();
        p.add(at, new Insn.Load(size, signed, dst, memory.base(), memory.offset()));
    }
}
