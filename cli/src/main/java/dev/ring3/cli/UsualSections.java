package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import java.util.List;

/** Names of sections that programs usually stand in. What each stands for is not decided here. */
final class UsualSections {
    private static final List<String> ALL = List.of(
            "fs/lookup fs/open fs/read fs/write fs/create fs/rename fs/unlink fs/setattr fs/snapshot proc/exit",
            "cache/init cache/added cache/accessed cache/removed cache/evict cache/admit cache/readahead cache/exit",
            "socket xdp xdp/cpumap xdp/devmap xdp.frags tc tc/ingress tc/egress tcx/ingress tcx/egress classifier",
            "action netkit/primary netkit/peer",
            "kprobe kretprobe ksyscall kretsyscall kprobe.multi kretprobe.multi uprobe uretprobe usdt",
            "uprobe.s uretprobe.s usdt.s tracepoint tp raw_tracepoint raw_tp perf_event",
            "lwt_in lwt_out lwt_xmit lwt_seg6local",
            "sockops sk_skb sk_skb/stream_parser sk_skb/stream_verdict sk_msg sk_lookup sk_reuseport flow_dissector",
            "cgroup_skb/ingress cgroup_skb/egress cgroup/skb cgroup/sock cgroup/sock_create cgroup/sock_release",
            "cgroup/post_bind4 cgroup/post_bind6 cgroup/dev cgroup/sysctl cgroup/getsockopt cgroup/setsockopt",
            "cgroup/bind4 cgroup/bind6 cgroup/connect4 cgroup/connect6 cgroup/connect_unix cgroup/sendmsg4",
            "cgroup/sendmsg6 cgroup/sendmsg_unix cgroup/recvmsg4 cgroup/recvmsg6 cgroup/recvmsg_unix",
            "cgroup/getpeername4 cgroup/getpeername6 cgroup/getpeername_unix cgroup/getsockname4",
            "cgroup/getsockname6 cgroup/getsockname_unix");

    private UsualSections() {}

    /** Those that stand for a type. */
    static List<String> of(ProgramType type) {
        return ALL.stream()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .filter(name -> TypeNames.forSection(name).filter(type::equals).isPresent())
                .toList();
    }
}
