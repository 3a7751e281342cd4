package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.MapTypes.PERF_EVENT_ARRAY;
import static dev.ring3.bpf.kernel.MapTypes.RINGBUF;
import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CONTEXT;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.MAP;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.NOTHING;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.OUTPUT_8;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;
import static dev.ring3.bpf.kernel.Terms.UNSUPPORTED;

/**
 * Helpers that take what no program of the types described here could have: dynptrs, addresses of kernel structures,
 * the context of an infrared receiver. They are here so that calls of them are refused by name.
 */
final class UnreachableHelpers {
    private UnreachableHelpers() {}

    static void addTo(HelperTable table) {
        dynptrs(table);
        structures(table);
        others(table);
    }

    private static void dynptrs(HelperTable table) {
        table.add(197, "bpf_dynptr_from_mem", NUMBER, MEMORY, SIZE_OR_ZERO, ANYTHING, UNSUPPORTED);
        table.add(198, "bpf_ringbuf_reserve_dynptr", NUMBER, MAP, ANYTHING, ANYTHING, UNSUPPORTED)
                .onMaps(RINGBUF);
        table.add(199, "bpf_ringbuf_submit_dynptr", NOTHING, UNSUPPORTED, ANYTHING);
        table.add(200, "bpf_ringbuf_discard_dynptr", NOTHING, UNSUPPORTED, ANYTHING);
        table.add(201, "bpf_dynptr_read", NUMBER, OUTPUT, SIZE_OR_ZERO, UNSUPPORTED, ANYTHING, ANYTHING);
        table.add(202, "bpf_dynptr_write", NUMBER, UNSUPPORTED, ANYTHING, MEMORY, SIZE_OR_ZERO, ANYTHING);
        table.add(203, "bpf_dynptr_data", NUMBER, UNSUPPORTED, ANYTHING, ANYTHING);
    }

    private static void structures(HelperTable table) {
        table.add(111, "bpf_skb_output", NUMBER, UNSUPPORTED, MAP, ANYTHING, MEMORY, SIZE_OR_ZERO)
                .with(GPL)
                .onMaps(PERF_EVENT_ARRAY);
        table.add(116, "bpf_tcp_send_ack", NUMBER, UNSUPPORTED, ANYTHING);
        table.add(121, "bpf_xdp_output", NUMBER, UNSUPPORTED, MAP, ANYTHING, MEMORY, SIZE_OR_ZERO)
                .with(GPL)
                .onMaps(PERF_EVENT_ARRAY);
        table.add(126, "bpf_seq_printf", NUMBER, UNSUPPORTED, MEMORY, SIZE, MEMORY.orNull(), SIZE_OR_ZERO)
                .with(GPL);
        table.add(127, "bpf_seq_write", NUMBER, UNSUPPORTED, MEMORY, SIZE_OR_ZERO)
                .with(GPL);
        table.add(147, "bpf_d_path", NUMBER, UNSUPPORTED, OUTPUT, SIZE_OR_ZERO);
        table.add(150, "bpf_seq_printf_btf", NUMBER, UNSUPPORTED, MEMORY, SIZE_OR_ZERO, ANYTHING)
                .with(GPL);
        table.add(153, "bpf_per_cpu_ptr", NUMBER, UNSUPPORTED, ANYTHING);
        table.add(154, "bpf_this_cpu_ptr", NUMBER, UNSUPPORTED);
        table.add(159, "bpf_bprm_opts_set", NUMBER, UNSUPPORTED, ANYTHING);
        table.add(161, "bpf_ima_inode_hash", NUMBER, UNSUPPORTED, OUTPUT, SIZE);
        table.add(162, "bpf_sock_from_file", NUMBER, UNSUPPORTED);
        table.add(193, "bpf_ima_file_hash", NUMBER, UNSUPPORTED, OUTPUT, SIZE);
    }

    private static void others(HelperTable table) {
        table.add(77, "bpf_rc_repeat", NUMBER, CONTEXT).with(GPL);
        table.add(78, "bpf_rc_keydown", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING)
                .with(GPL);
        table.add(92, "bpf_rc_pointer_rel", NUMBER, CONTEXT, ANYTHING, ANYTHING).with(GPL);
        table.add(166, "bpf_sys_bpf", NUMBER, ANYTHING, MEMORY, SIZE);
        table.add(167, "bpf_btf_find_by_name_kind", NUMBER, MEMORY, SIZE, ANYTHING, ANYTHING);
        table.add(168, "bpf_sys_close", NUMBER, ANYTHING);
        table.add(179, "bpf_kallsyms_lookup_name", NUMBER, MEMORY, SIZE_OR_ZERO, ANYTHING, OUTPUT_8);
    }
}
