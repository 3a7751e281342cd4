package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.type.Field.bytes;
import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.StructType;
import java.util.ArrayList;
import java.util.List;

/** The contexts of programs that trace. */
final class TracingContexts {
    /** The largest record of a tracepoint ({@code PERF_MAX_TRACE_SIZE}). */
    private static final int TRACE_BYTES_MAX = 8192;

    private static final int HEADER_BYTES = 8;
    private static final int RAW_ARGUMENTS = 12;

    private static final List<String> REGISTERS = List.of(
            "r15",
            "r14",
            "r13",
            "r12",
            "rbp",
            "rbx",
            "r11",
            "r10",
            "r9",
            "r8",
            "rax",
            "rcx",
            "rdx",
            "rsi",
            "rdi",
            "orig_rax",
            "rip",
            "cs",
            "eflags",
            "rsp",
            "ss");

    /** The registers of an x86-64 processor ({@code arch/x86/include/uapi/asm/ptrace.h}). */
    static final StructType PT_REGS = new StructType("pt_regs", REGISTERS.size() * Long.BYTES, registers());

    static final StructType PERF_EVENT = new StructType("bpf_perf_event_data", 184, perfEventFields());

    /** A record, of which the kernel keeps the first 8 bytes to itself; its fields are in tracefs. */
    static final StructType TRACEPOINT = new StructType(
            "trace_entry", TRACE_BYTES_MAX, List.of(bytes("record", HEADER_BYTES, TRACE_BYTES_MAX - HEADER_BYTES)));

    /** The arguments of the tracepoint; how many there are depends on it. */
    static final StructType RAW_TRACEPOINT = new StructType(
            "bpf_raw_tracepoint_args",
            RAW_ARGUMENTS * Long.BYTES,
            List.of(scalar("args", 0, Long.BYTES).times(RAW_ARGUMENTS)));

    private TracingContexts() {}

    private static List<Field> registers() {
        List<Field> fields = new ArrayList<>();
        for (String name : REGISTERS) {
            fields.add(scalar(name, fields.size() * Long.BYTES, Long.BYTES));
        }
        return fields;
    }

    private static List<Field> perfEventFields() {
        List<Field> fields = new ArrayList<>();
        for (Field register : registers()) {
            fields.add(register.wholeOnly());
        }
        fields.add(scalar("sample_period", 168, Long.BYTES));
        fields.add(scalar("addr", 176, Long.BYTES));
        return fields;
    }
}
