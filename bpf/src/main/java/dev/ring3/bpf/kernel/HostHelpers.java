package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.MapTypes.CGROUP_ARRAY;
import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CALLBACK;
import static dev.ring3.bpf.kernel.Terms.CALLBACK_CONTEXT;
import static dev.ring3.bpf.kernel.Terms.CONSTANT_STRING;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.MAP;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.OUTPUT_8;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;

import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/** Helpers that ask the host about itself or compute something: time, chance, the running process, texts, loops. */
final class HostHelpers {
    private HostHelpers() {}

    static void addTo(HelperTable table) {
        host(table);
        process(table);
        textsAndLoops(table);
    }

    private static void host(HelperTable table) {
        Result processor = Result.scalar(0, KernelHelpers.PROCESSORS_MAX - 1);
        table.add(5, "bpf_ktime_get_ns", NUMBER);
        table.add(7, "bpf_get_prandom_u32", NUMBER);
        table.add(8, "bpf_get_smp_processor_id", processor);
        table.add(42, "bpf_get_numa_node_id", NUMBER);
        table.add(118, "bpf_jiffies64", NUMBER);
        table.add(125, "bpf_ktime_get_boot_ns", NUMBER);
        table.add(160, "bpf_ktime_get_coarse_ns", NUMBER);
        table.add(208, "bpf_ktime_get_tai_ns", NUMBER);
    }

    /** The process that runs on this processor, its credentials and cgroups. */
    private static void process(HelperTable table) {
        table.add(14, "bpf_get_current_pid_tgid", NUMBER);
        table.add(15, "bpf_get_current_uid_gid", NUMBER);
        table.add(16, "bpf_get_current_comm", NUMBER, OUTPUT, SIZE);
        table.add(35, "bpf_get_current_task", NUMBER).with(GPL);
        table.add(37, "bpf_current_task_under_cgroup", NUMBER, MAP, ANYTHING).onMaps(CGROUP_ARRAY);
        table.add(80, "bpf_get_current_cgroup_id", NUMBER);
        table.add(109, "bpf_send_signal", NUMBER, ANYTHING);
        table.add(117, "bpf_send_signal_thread", NUMBER, ANYTHING);
        table.add(120, "bpf_get_ns_current_pid_tgid", NUMBER, ANYTHING, ANYTHING, OUTPUT, SIZE);
        table.add(123, "bpf_get_current_ancestor_cgroup_id", NUMBER, ANYTHING);
        table.add(158, "bpf_get_current_task_btf", Result.object(KernelObjects.TASK))
                .with(GPL);
        table.add(186, "bpf_get_retval", NUMBER);
        table.add(187, "bpf_set_retval", NUMBER, ANYTHING);
    }

    private static void textsAndLoops(HelperTable table) {
        // further arguments of trace_printk are numbers, as many as the text has places for
        table.add(6, "bpf_trace_printk", NUMBER, MEMORY, SIZE).with(GPL);
        table.add(105, "bpf_strtol", NUMBER, MEMORY, SIZE, ANYTHING, OUTPUT_8);
        table.add(106, "bpf_strtoul", NUMBER, MEMORY, SIZE, ANYTHING, OUTPUT_8);
        table.add(149, "bpf_snprintf_btf", NUMBER, OUTPUT, SIZE, MEMORY, SIZE, ANYTHING);
        table.add(
                        165,
                        "bpf_snprintf",
                        NUMBER,
                        OUTPUT.orNull(),
                        SIZE_OR_ZERO,
                        CONSTANT_STRING,
                        MEMORY.orNull(),
                        SIZE_OR_ZERO)
                .with(GPL);
        table.add(177, "bpf_trace_vprintk", NUMBER, MEMORY, SIZE, MEMORY.orNull(), SIZE_OR_ZERO)
                .with(GPL);
        table.add(181, "bpf_loop", NUMBER, ANYTHING, CALLBACK, CALLBACK_CONTEXT, ANYTHING)
                .with(Effect.CALLS_LOOP_BODY);
        table.add(182, "bpf_strncmp", NUMBER, MEMORY, SIZE, CONSTANT_STRING);
    }
}
