package dev.ring3.bpf.type;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Functions of the host as C declares them. What an argument is in C follows from its kind, but for those that may be
 * anything: they are numbers, unless the function is known to take an address there.
 */
final class HeaderSignatures {
    private static final String PROBE = "void *to, __u32 size, const void *from";

    /** Parameters that do not follow from the contract, or have better names than follow from it. */
    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry("bpf_map_update_elem", "void *map, const void *key, const void *value, __u64 flags"),
            Map.entry("bpf_map_push_elem", "void *map, const void *value, __u64 flags"),
            Map.entry("bpf_map_lookup_percpu_elem", "void *map, const void *key, __u32 processor"),
            Map.entry("bpf_for_each_map_elem", "void *map, void *callback, void *callback_context, __u64 flags"),
            Map.entry("bpf_loop", "__u32 rounds, void *callback, void *callback_context, __u64 flags"),
            Map.entry("bpf_tail_call", "void *context, void *programs, __u32 index"),
            Map.entry("bpf_ringbuf_output", "void *ring, const void *from, __u64 size, __u64 flags"),
            Map.entry("bpf_ringbuf_reserve", "void *ring, __u64 size, __u64 flags"),
            Map.entry("bpf_ringbuf_submit", "void *allocation, __u64 flags"),
            Map.entry("bpf_ringbuf_discard", "void *allocation, __u64 flags"),
            Map.entry("bpf_ringbuf_query", "void *ring, __u64 flags"),
            Map.entry("bpf_csum_diff", "const void *from, __u32 from_size, const void *to, __u32 to_size, __u32 seed"),
            Map.entry("bpf_strtol", "const char *text, __u32 size, __u64 flags, long *result"),
            Map.entry("bpf_strtoul", "const char *text, __u32 size, __u64 flags, unsigned long *result"),
            Map.entry("bpf_strncmp", "const char *text, __u32 size, const char *constant"),
            Map.entry(
                    "bpf_snprintf",
                    "char *to, __u32 size, const char *format, const __u64 *numbers, __u32 numbers_size"),
            Map.entry("bpf_trace_vprintk", "const char *format, __u32 size, const __u64 *numbers, __u32 numbers_size"),
            Map.entry("bpf_trace_printk", "const char *format, __u32 size, ..."),
            Map.entry("bpf_perf_event_output", "void *context, void *map, __u64 flags, const void *from, __u64 size"),
            Map.entry("bpf_skb_load_bytes", "const void *context, __u32 offset, void *to, __u32 size"),
            Map.entry("bpf_skb_store_bytes", "void *context, __u32 offset, const void *from, __u32 size, __u64 flags"),
            Map.entry("bpf_xdp_adjust_head", "void *context, int delta"),
            Map.entry("bpf_xdp_adjust_tail", "void *context, int delta"),
            Map.entry("bpf_xdp_adjust_meta", "void *context, int delta"),
            Map.entry("bpf_redirect", "__u32 ifindex, __u64 flags"),
            Map.entry("bpf_redirect_map", "void *map, __u64 key, __u64 flags"),
            Map.entry("bpf_probe_read", PROBE),
            Map.entry("bpf_probe_read_str", PROBE),
            Map.entry("bpf_probe_read_user", PROBE),
            Map.entry("bpf_probe_read_user_str", PROBE),
            Map.entry("bpf_probe_read_kernel", PROBE),
            Map.entry("bpf_probe_read_kernel_str", PROBE),
            Map.entry("bpf_copy_from_user", PROBE),
            Map.entry("bpf_copy_from_user_task", PROBE + ", struct task_struct *task, __u64 flags"),
            Map.entry("bpf_probe_write_user", "void *to, const void *from, __u32 size"),
            Map.entry("ring3_data_read", "__u64 offset, void *into, __u32 length"),
            Map.entry("ring3_name", "__u32 which, void *into, __u32 size"),
            Map.entry("ring3_path", "__u64 subvolume, __u64 ino, void *into, __u32 size"),
            Map.entry("ring3_xattr", "const void *name, __u32 name_length, void *into, __u32 size"),
            Map.entry("ring3_subvolume_get", "__u64 id, void *into, __u32 size"),
            Map.entry("ring3_list_add", "__u64 list, __u32 folio, __u32 where"),
            Map.entry("ring3_list_move", "__u64 list, __u32 folio, __u32 where"),
            Map.entry("ring3_list_del", "__u32 folio"),
            Map.entry("ring3_list_length", "__u64 list"),
            Map.entry("ring3_list_pages", "__u64 list"),
            Map.entry(
                    "ring3_list_iterate",
                    "struct ring3_cache *cache, __u64 list, void *callback, void *callback_context,"
                            + " const struct ring3_iterate *how"),
            Map.entry(
                    "ring3_list_sample",
                    "struct ring3_cache *cache, __u64 list, void *callback, void *callback_context, __u32 sample_size"),
            Map.entry("ring3_folio_get", "__u32 folio, void *into, __u32 size"),
            Map.entry("ring3_folio_list", "__u32 folio"),
            Map.entry("ring3_folio_visits", "__u32 folio"),
            Map.entry("ring3_folio_note", "__u32 folio"),
            Map.entry("ring3_folio_set_note", "__u32 folio, __u64 note"),
            Map.entry("ring3_prefetch", "__u64 offset, __u64 length"),
            Map.entry("ring3_emit_typed", "__u64 type, const void *record, __u32 size"));

    /** Numbers without a sign. All others are {@code long}. */
    private static final Set<String> UNSIGNED = Set.of(
            "bpf_ktime_get_ns",
            "bpf_ktime_get_boot_ns",
            "bpf_ktime_get_coarse_ns",
            "bpf_ktime_get_tai_ns",
            "bpf_jiffies64",
            "bpf_get_current_pid_tgid",
            "bpf_get_current_uid_gid",
            "bpf_get_current_cgroup_id",
            "bpf_get_current_ancestor_cgroup_id",
            "bpf_get_current_task",
            "bpf_get_socket_cookie",
            "bpf_get_netns_cookie",
            "bpf_get_attach_cookie",
            "bpf_get_func_ip",
            "bpf_ringbuf_query",
            "bpf_perf_event_read",
            "bpf_skb_cgroup_id",
            "bpf_sk_cgroup_id",
            "bpf_xdp_get_buff_len",
            "ring3_list_new",
            "ring3_folio_note");

    /** Numbers of 32 bits without a sign. */
    private static final Set<String> UNSIGNED_32 = Set.of(
            "bpf_get_prandom_u32",
            "bpf_get_smp_processor_id",
            "bpf_get_cgroup_classid",
            "bpf_get_hash_recalc",
            "bpf_get_socket_uid");

    private HeaderSignatures() {}

    /** A pointer to a helper, with the number that a call of it carries. */
    static String helper(int number, FunctionContract contract) {
        return "static %s(*const %s)(%s) = (void *) %d;"
                .formatted(result(contract), contract.name(), parameters(contract), number);
    }

    /** A function that is found by name when the program is loaded. */
    static String external(FunctionContract contract) {
        return "extern %s%s(%s) __ksym;".formatted(result(contract), contract.name(), parameters(contract));
    }

    /** With a space behind it, unless it ends in an asterisk. */
    private static String result(FunctionContract contract) {
        return switch (contract.result().kind()) {
            case SCALAR -> number(contract.name()) + " ";
            case VOID -> "void ";
            case MAP_VALUE, ALLOCATION, MEMORY_OF_SIZE, ITERATOR_ELEMENT -> "void *";
            case OBJECT -> object(contract.result().type(), "void *");
        };
    }

    private static String number(String name) {
        if (UNSIGNED_32.contains(name)) {
            return "__u32";
        }
        return UNSIGNED.contains(name) ? "__u64" : "long";
    }

    private static String object(@Nullable StructType type, String unknown) {
        return type == null ? unknown : "struct " + type.name() + " *";
    }

    private static String parameters(FunctionContract contract) {
        String known = PARAMETERS.get(contract.name());
        if (known != null) {
            return known;
        }
        List<String> parameters = new ArrayList<>();
        Map<String, Integer> used = new HashMap<>();
        for (Argument argument : contract.arguments()) {
            String parameter = parameter(argument);
            int name = Math.max(parameter.lastIndexOf(' '), parameter.lastIndexOf('*')) + 1;
            int times = used.merge(parameter.substring(name), 1, Integer::sum);
            parameters.add(times == 1 ? parameter : parameter + times);
        }
        return parameters.isEmpty() ? "void" : String.join(", ", parameters);
    }

    private static String parameter(Argument argument) {
        return switch (argument.kind()) {
            case ANYTHING, SCALAR -> "__u64 number";
            case MAP -> "void *map";
            case MAP_KEY -> "const void *key";
            case MAP_VALUE -> "const void *value";
            case MAP_VALUE_OUTPUT -> "void *value";
            case MEMORY, MEMORY_OF_SIZE -> "const void *from";
            case OUTPUT, OUTPUT_OF_SIZE -> "void *to";
            case MEMORY_IN_OUT -> "void *memory";
            case SIZE, SIZE_OR_ZERO -> "__u32 size";
            case ALLOCATION_SIZE -> "__u64 size";
            case CONTEXT -> "void *context";
            case CALLBACK -> "void *callback";
            case CALLBACK_CONTEXT -> "void *callback_context";
            case CONSTANT_STRING -> "const char *text";
            case SPIN_LOCK -> "struct bpf_spin_lock *lock";
            case TIMER -> "struct bpf_timer *timer";
            case ALLOCATION -> "void *allocation";
            case OBJECT -> object(argument.type(), "void *") + "object";
            case ITERATOR_NEW, ITERATOR -> "void *iterator";
            case UNSUPPORTED -> "void *unsupported";
        };
    }
}
