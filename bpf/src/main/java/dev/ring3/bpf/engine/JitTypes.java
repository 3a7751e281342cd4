package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.MapLookup;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;

/** Names and types that emitted code refers to. */
final class JitTypes {
    static final ClassDesc COMPILED = ClassDesc.of("dev.ring3.bpf.engine.Compiled");
    static final ClassDesc ENTRY = desc(JitEntry.class);
    static final ClassDesc SUPPORT = desc(JitSupport.class);
    static final ClassDesc ORDERED = desc(OrderedAccess.class);
    static final ClassDesc ARITHMETIC = desc(Arithmetic.class);
    static final ClassDesc EXECUTION = desc(Execution.class);
    static final ClassDesc HOST_FUNCTION = desc(HostFunction.class);
    static final ClassDesc MAP_LOOKUP = desc(MapLookup.class);
    static final ClassDesc FAULT = desc(BpfFault.class);
    static final ClassDesc MEMORY = desc(BpfMemory.class);
    static final ClassDesc SEGMENT = desc(MemorySegment.class);
    static final ClassDesc LAYOUT = desc(ValueLayout.class);
    static final ClassDesc OF_BYTE = desc(ValueLayout.OfByte.class);
    static final ClassDesc OF_SHORT = desc(ValueLayout.OfShort.class);
    static final ClassDesc OF_INT = desc(ValueLayout.OfInt.class);
    static final ClassDesc OF_LONG = desc(ValueLayout.OfLong.class);
    static final ClassDesc REGISTERS = CD_long.arrayType();

    static final MethodTypeDesc FUNCTION = MethodTypeDesc.of(CD_long, EXECUTION);
    static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_long, EXECUTION, CD_int);
    static final MethodTypeDesc CHECK = MethodTypeDesc.of(CD_boolean, EXECUTION, CD_long, CD_int);
    static final MethodTypeDesc PART = RUN;
    static final MethodTypeDesc IS_IN = MethodTypeDesc.of(CD_boolean, CD_long, CD_long, CD_long, CD_int);
    static final MethodTypeDesc IS_BELOW = MethodTypeDesc.of(CD_boolean, CD_long, CD_long);
    static final MethodTypeDesc ALIGNED = MethodTypeDesc.of(CD_boolean, CD_long, CD_int);
    static final MethodTypeDesc INTERPRET = MethodTypeDesc.of(CD_long, EXECUTION, CD_int, CD_int)
            .insertParameterTypes(3, Collections.nCopies(10, CD_long).toArray(ClassDesc[]::new));
    static final MethodTypeDesc SAVE = MethodTypeDesc.of(CD_void, REGISTERS)
            .insertParameterTypes(1, Collections.nCopies(10, CD_long).toArray(ClassDesc[]::new));

    private JitTypes() {}

    static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    /** The layout of an access, by its bytes. */
    static ClassDesc layout(int bytes) {
        return switch (bytes) {
            case 1 -> OF_BYTE;
            case 2 -> OF_SHORT;
            case 4 -> OF_INT;
            default -> OF_LONG;
        };
    }

    /** The constant of {@link ValueLayout} for it. */
    static String layoutName(int bytes) {
        return switch (bytes) {
            case 1 -> "JAVA_BYTE";
            case 2 -> "JAVA_SHORT_UNALIGNED";
            case 4 -> "JAVA_INT_UNALIGNED";
            default -> "JAVA_LONG_UNALIGNED";
        };
    }

    static ClassDesc carrier(int bytes) {
        return switch (bytes) {
            case 1 -> CD_byte;
            case 2 -> CD_short;
            case 4 -> CD_int;
            default -> CD_long;
        };
    }
}
