package dev.ring3.bpf.kernel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What names of sections say about programs: libbpf's table ({@code section_defs} in {@code libbpf.c}), and what came
 * before it. A name stands alone, or before a slash, where libbpf allows one.
 */
final class SectionNames {
    /** Names that match whole or up to a slash. */
    private static final Map<String, String> BEFORE_SLASH = new HashMap<>(); // not changed after initialisation

    /** Slots of program arrays, as loaders like that of iproute2 fill them: map and index. All of them are traffic control. */
    private static final Pattern SLOT = Pattern.compile("\\d+/\\d+|\\d+/0x[0-9a-fA-F]+");

    /** Numbered or described by what follows, as in the kernel's own samples: {@code socket1}, {@code xdp_tunnel}. */
    private static final List<Map.Entry<String, String>> BEGINNINGS = List.of(
            Map.entry("socket", "socket_filter"),
            Map.entry("xdp", "xdp"),
            Map.entry("tc", "tc"),
            Map.entry("classifier", "tc"),
            Map.entry("action", "tc"),
            Map.entry("cgroup/skb", "cgroup_skb"),
            Map.entry("cgroup/sock", "cgroup_sock"),
            Map.entry("cgroup/dev", "cgroup_device"),
            Map.entry("sk_skb", "sk_skb"),
            Map.entry("sk_msg", "sk_msg"),
            Map.entry("sockops", "sock_ops"),
            Map.entry("perf_event", "perf_event"),
            Map.entry("lwt_in", "lwt_in"),
            Map.entry("lwt_out", "lwt_out"),
            Map.entry("lwt_xmit", "lwt_xmit"));

    static {
        put("kprobe", "kprobe", "kretprobe", "kprobe.multi", "kretprobe.multi", "kprobe.session", "ksyscall");
        put("kprobe", "kretsyscall", "uprobe", "uretprobe", "usdt", "uprobe.multi", "uretprobe.multi");
        put("kprobe", "uprobe.session");
        put("uprobe_sleepable", "uprobe.s", "uretprobe.s", "usdt.s", "uprobe.multi.s", "uretprobe.multi.s");
        put("uprobe_sleepable", "uprobe.session.s");
        put("tracepoint", "tracepoint", "tp");
        put("raw_tracepoint", "raw_tracepoint", "raw_tp", "raw_tracepoint.w", "raw_tp.w");
        put("perf_event", "perf_event");
        put("socket_filter", "socket");
        put("xdp", "xdp", "xdp.frags", "xdp/cpumap", "xdp.frags/cpumap");
        put("xdp_devmap", "xdp/devmap", "xdp.frags/devmap");
        put("tc", "tc", "tc/ingress", "tc/egress", "tcx/ingress", "tcx/egress", "classifier", "action");
        put("tc", "netkit/primary", "netkit/peer");
        put("tc", "from-netdev", "to-netdev", "from-container", "to-container", "from-host", "to-host", "from-overlay");
        put("tc", "to-overlay", "from-network", "from-wireguard", "to-wireguard");
        put("lwt_in", "lwt_in");
        put("lwt_out", "lwt_out");
        put("lwt_xmit", "lwt_xmit");
        put("lwt_seg6local", "lwt_seg6local");
        put("sock_ops", "sockops");
        put("sk_skb", "sk_skb", "sk_skb/stream_parser", "sk_skb/stream_verdict", "sk_skb/verdict");
        put("sk_msg", "sk_msg");
        put("sk_reuseport", "sk_reuseport", "sk_reuseport/migrate");
        put("sk_lookup", "sk_lookup");
        put("flow_dissector", "flow_dissector");
        put("cgroup_skb", "cgroup/skb", "cgroup_skb", "cgroup_skb/ingress");
        put("cgroup_skb_egress", "cgroup_skb/egress");
        put("cgroup_sock", "cgroup/sock", "cgroup/sock_create", "cgroup/sock_release");
        put("cgroup_post_bind4", "cgroup/post_bind4");
        put("cgroup_post_bind6", "cgroup/post_bind6");
        put("cgroup_device", "cgroup/dev");
        put("cgroup_sysctl", "cgroup/sysctl");
        put("cgroup_getsockopt", "cgroup/getsockopt");
        put("cgroup_setsockopt", "cgroup/setsockopt");
        for (String call : List.of("connect", "sendmsg", "recvmsg", "getpeername", "getsockname")) {
            put("cgroup_" + call + "4", "cgroup/" + call + "4");
            put("cgroup_" + call + "6", "cgroup/" + call + "6");
            put("cgroup_" + call + "_unix", "cgroup/" + call + "_unix");
        }
        put("cgroup_bind4", "cgroup/bind4");
        put("cgroup_bind6", "cgroup/bind6");
    }

    private SectionNames() {}

    private static void put(String type, String... names) {
        for (String name : names) {
            BEFORE_SLASH.put(name, type);
        }
    }

    static Optional<String> typeName(String sectionName) {
        String name = sectionName.startsWith("?") ? sectionName.substring(1) : sectionName;
        if (SLOT.matcher(name).matches()) {
            return Optional.of("tc");
        }
        for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            String type = BEFORE_SLASH.get(name.substring(0, end));
            if (type != null) {
                return Optional.of(type);
            }
        }
        return BEGINNINGS.stream()
                .filter(beginning -> name.startsWith(beginning.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
