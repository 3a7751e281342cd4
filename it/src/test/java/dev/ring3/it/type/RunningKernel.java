package dev.ring3.it.type;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.ProgramSpec;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Asks the running kernel's verifier about small programs. */
final class RunningKernel {
    /** The version that the descriptions say they follow; others know more helpers and fields, or fewer. */
    private static final String VERSION = "6.18.";

    /** Numbers of {@code enum bpf_prog_type} and {@code enum bpf_attach_type} by the names of our types. */
    private record Kind(int type, int attach) {}

    private static final Map<String, Kind> KINDS = kinds();

    private final KernelBpf bpf;

    private RunningKernel(KernelBpf bpf) {
        this.bpf = bpf;
    }

    /** This machine's kernel, if it is the right one and answers; otherwise the test is skipped and says why. */
    static RunningKernel require() {
        String version = System.getProperty("os.version");
        Assumptions.assumeTrue(version.startsWith(VERSION), "needs Linux " + VERSION + "x, this is " + version);
        return switch (KernelBpf.probe(KernelProgramType.XDP)) {
            case Available _ -> new RunningKernel(KernelBpf.open());
            case Unavailable unavailable -> Assumptions.abort("needs bpf(2): " + unavailable);
        };
    }

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new HashMap<>(Map.ofEntries(
                Map.entry("socket_filter", new Kind(1, 0)),
                Map.entry("kprobe", new Kind(2, 0)),
                Map.entry("tc", new Kind(3, 0)),
                Map.entry("tracepoint", new Kind(5, 0)),
                Map.entry("xdp", new Kind(6, 37)),
                Map.entry("xdp_devmap", new Kind(6, 33)),
                Map.entry("perf_event", new Kind(7, 0)),
                Map.entry("cgroup_skb", new Kind(8, 0)),
                Map.entry("cgroup_skb_egress", new Kind(8, 1)),
                Map.entry("cgroup_sock", new Kind(9, 2)),
                Map.entry("cgroup_post_bind4", new Kind(9, 12)),
                Map.entry("cgroup_post_bind6", new Kind(9, 13)),
                Map.entry("lwt_in", new Kind(10, 0)),
                Map.entry("lwt_out", new Kind(11, 0)),
                Map.entry("lwt_xmit", new Kind(12, 0)),
                Map.entry("sock_ops", new Kind(13, 3)),
                Map.entry("sk_skb", new Kind(14, 5)),
                Map.entry("cgroup_device", new Kind(15, 6)),
                Map.entry("sk_msg", new Kind(16, 7)),
                Map.entry("raw_tracepoint", new Kind(17, 0)),
                Map.entry("lwt_seg6local", new Kind(19, 0)),
                Map.entry("sk_reuseport", new Kind(21, 39)),
                Map.entry("flow_dissector", new Kind(22, 17)),
                Map.entry("cgroup_sysctl", new Kind(23, 18)),
                Map.entry("cgroup_getsockopt", new Kind(25, 21)),
                Map.entry("cgroup_setsockopt", new Kind(25, 22)),
                Map.entry("sk_lookup", new Kind(30, 36))));
        String[] calls = {"bind", "connect", "sendmsg", "recvmsg", "getpeername", "getsockname"};
        int[] ipv4 = {8, 10, 14, 19, 29, 31};
        int[] unix = {-1, 49, 50, 51, 52, 53};
        for (int i = 0; i < calls.length; i++) {
            kinds.put("cgroup_" + calls[i] + "4", new Kind(18, ipv4[i]));
            kinds.put("cgroup_" + calls[i] + "6", new Kind(18, ipv4[i] + 1));
            if (unix[i] >= 0) {
                kinds.put("cgroup_" + calls[i] + "_unix", new Kind(18, unix[i]));
            }
        }
        return Map.copyOf(kinds);
    }

    /** Why the verifier refuses a program, or nothing. */
    Optional<String> refusal(String typeName, String source) {
        Kind kind = KINDS.get(typeName);
        if (kind == null) {
            throw new IllegalArgumentException("no such type for the kernel: " + typeName);
        }
        byte[] code = InsnLayout.encode(Assembler.assemble(source, Dialect.LLVM), ByteOrder.nativeOrder());
        ProgramSpec spec = ProgramSpec.of(new KernelProgramType(kind.type()), code)
                .withLicense("GPL")
                .withExpectedAttachType(kind.attach());
        return switch (bpf.load(spec)) {
            case Loaded<KernelProgram>(KernelProgram program, String _) -> {
                program.close();
                yield Optional.empty();
            }
            case Rejected<KernelProgram> rejected -> Optional.of(rejected.log());
        };
    }

    boolean accepts(String typeName, String source) {
        return refusal(typeName, source).isEmpty();
    }
}
