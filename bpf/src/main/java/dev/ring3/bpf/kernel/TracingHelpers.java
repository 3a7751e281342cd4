package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CALLBACK;
import static dev.ring3.bpf.kernel.Terms.CALLBACK_CONTEXT;
import static dev.ring3.bpf.kernel.Terms.CONTEXT;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.LENGTH;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.OUTPUT_8;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;
import static dev.ring3.bpf.kernel.Terms.TASK;

import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/** Helpers that look at the kernel and its processes from outside. */
final class TracingHelpers {
    private TracingHelpers() {}

    static void addTo(HelperTable table) {
        memory(table);
        stacks(table);
        functions(table);
    }

    /** Memory that may not be there: every byte of the output is written, zeros on failure. */
    private static void memory(HelperTable table) {
        probe(table, 4, "bpf_probe_read", NUMBER);
        table.add(36, "bpf_probe_write_user", NUMBER, ANYTHING, MEMORY, SIZE).with(GPL);
        probe(table, 45, "bpf_probe_read_str", LENGTH).with(Effect.RETURNS_AT_MOST_SIZE);
        probe(table, 112, "bpf_probe_read_user", NUMBER);
        probe(table, 113, "bpf_probe_read_kernel", NUMBER);
        probe(table, 114, "bpf_probe_read_user_str", LENGTH).with(Effect.RETURNS_AT_MOST_SIZE);
        probe(table, 115, "bpf_probe_read_kernel_str", LENGTH).with(Effect.RETURNS_AT_MOST_SIZE);
        table.add(148, "bpf_copy_from_user", NUMBER, OUTPUT, SIZE_OR_ZERO, ANYTHING);
        table.add(191, "bpf_copy_from_user_task", NUMBER, OUTPUT, SIZE_OR_ZERO, ANYTHING, TASK, ANYTHING)
                .with(GPL);
    }

    private static HelperTable.Row probe(HelperTable table, int number, String name, Result result) {
        return table.add(number, name, result, OUTPUT, SIZE_OR_ZERO, ANYTHING).with(GPL);
    }

    private static void stacks(HelperTable table) {
        table.add(67, "bpf_get_stack", LENGTH, CONTEXT, OUTPUT, SIZE_OR_ZERO, ANYTHING)
                .with(GPL, Effect.RETURNS_AT_MOST_SIZE);
        table.add(119, "bpf_read_branch_records", NUMBER, CONTEXT, OUTPUT.orNull(), SIZE_OR_ZERO, ANYTHING)
                .with(GPL);
        table.add(141, "bpf_get_task_stack", LENGTH, TASK, OUTPUT, SIZE_OR_ZERO, ANYTHING)
                .with(Effect.RETURNS_AT_MOST_SIZE);
        table.add(175, "bpf_task_pt_regs", Result.object(KernelObjects.opaque("pt_regs")), TASK)
                .with(GPL);
        table.add(176, "bpf_get_branch_snapshot", NUMBER, OUTPUT, SIZE_OR_ZERO).with(GPL);
        table.add(180, "bpf_find_vma", NUMBER, TASK, ANYTHING, CALLBACK, CALLBACK_CONTEXT, ANYTHING)
                .with(Effect.CALLS_ONCE);
    }

    /** What a probe sits on. */
    private static void functions(HelperTable table) {
        table.add(56, "bpf_perf_prog_read_value", NUMBER, CONTEXT, OUTPUT, SIZE).with(GPL);
        table.add(58, "bpf_override_return", NUMBER, CONTEXT, ANYTHING).with(GPL);
        table.add(173, "bpf_get_func_ip", NUMBER, CONTEXT).with(GPL);
        table.add(174, "bpf_get_attach_cookie", NUMBER, CONTEXT);
        table.add(183, "bpf_get_func_arg", NUMBER, CONTEXT, ANYTHING, OUTPUT_8);
        table.add(184, "bpf_get_func_ret", NUMBER, CONTEXT, OUTPUT_8);
        table.add(185, "bpf_get_func_arg_cnt", NUMBER, CONTEXT);
    }
}
