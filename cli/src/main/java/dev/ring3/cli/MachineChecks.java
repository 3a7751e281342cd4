package dev.ring3.cli;

import dev.ring3.linux.Availability;
import dev.ring3.linux.Features;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Looks at the machine, and at nothing else: no command is run and nothing is changed. */
final class MachineChecks {
    private static final int JDK_FEATURE_MIN = 25;
    private static final int CLANG_MIN = 14;
    private static final int CLANG_MAX = 30;
    private static final List<Integer> PORTS = List.of(8033, 20490);

    private MachineChecks() {}

    static List<MachineCheck> all(Map<String, String> environment) {
        List<MachineCheck> checks = new ArrayList<>();
        checks.add(jdk());
        checks.add(kernel());
        if (Files.isDirectory(Path.of("/proc/self"))) {
            checks.add(features());
            checks.add(fuse());
            checks.add(root());
            checks.add(nfsClient(environment));
            checks.add(hugePages());
            checks.add(openFiles());
            checks.add(kernelBpf());
            checks.add(btf());
        }
        checks.add(clang(environment));
        checks.add(fusermount(environment));
        PORTS.forEach(port -> checks.add(port(port)));
        return checks;
    }

    private static MachineCheck jdk() {
        return MachineCheck.of(
                Runtime.version().feature() >= JDK_FEATURE_MIN,
                "JDK",
                "%s at %s".formatted(Runtime.version(), System.getProperty("java.home")),
                Runtime.version().toString(),
                "25 or newer is needed");
    }

    private static MachineCheck kernel() {
        String os = System.getProperty("os.name");
        String name = "%s %s on %s".formatted(os, System.getProperty("os.version"), System.getProperty("os.arch"));
        return MachineCheck.of(
                os.equals("Linux"),
                "system",
                name,
                name,
                "volumes, mounts and processes are there on Linux only; 'ring3 bpf' works");
    }

    private static MachineCheck features() {
        try {
            Features features = Features.probe();
            String missing = features.missing().stream()
                    .map(feature -> "%s (%s)".formatted(Names.of(feature), feature.since()))
                    .collect(Collectors.joining(", "));
            return MachineCheck.of(
                    missing.isEmpty(),
                    "kernel",
                    "all that Ring3 knows to use",
                    "without " + missing,
                    "newer kernels have it, since the version in parentheses; what needs it says so");
        } catch (UnsupportedHostException e) {
            return MachineCheck.missing("kernel", String.valueOf(e.getMessage()), "system calls are not reached");
        }
    }

    private static MachineCheck fuse() {
        Path device = Path.of("/dev/fuse");
        String lacking = Files.exists(device) ? "/dev/fuse may not be used" : "no /dev/fuse";
        return MachineCheck.of(
                Files.isReadable(device) && Files.isWritable(device),
                "FUSE",
                "/dev/fuse",
                lacking,
                "'serve --mount' and 'mount' do not work; modprobe fuse, and in containers --device /dev/fuse");
    }

    private static MachineCheck root() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return root
                ? MachineCheck.found("user", "root")
                : MachineCheck.noted("user", System.getProperty("user.name"), "mounting wants root");
    }

    private static MachineCheck nfsClient(Map<String, String> environment) {
        Optional<Path> helper = onPath(environment, "mount.nfs4"::equals, Path.of("/sbin"), Path.of("/usr/sbin"));
        return helper.map(path -> MachineCheck.found("NFS client", path.toString()))
                .orElseGet(() -> MachineCheck.noted(
                        "NFS client", "no mount.nfs4", "this machine mounts no NFS; nfs-common has it"));
    }

    private static MachineCheck hugePages() {
        String text = read("/sys/kernel/mm/transparent_hugepage/enabled").orElse("none");
        return text.contains("[never]") || text.equals("none")
                ? MachineCheck.noted("huge pages", text, "large caches miss the TLB more often")
                : MachineCheck.found("huge pages", text);
    }

    private static MachineCheck openFiles() {
        String line = read("/proc/self/limits")
                .orElse("")
                .lines()
                .filter(each -> each.startsWith("Max open files"))
                .findFirst()
                .orElse("Max open files");
        String limit = line.replaceFirst("Max open files *", "").replaceFirst(" .*", "");
        boolean few = limit.matches("\\d{1,4}");
        return few
                ? MachineCheck.noted("open files", limit, "a busy server wants more: ulimit -n, LimitNOFILE=")
                : MachineCheck.found("open files", limit);
    }

    private static MachineCheck kernelBpf() {
        try {
            Availability availability = KernelBpf.probe();
            return availability.isAvailable()
                    ? MachineCheck.found("bpf(2)", "programs can be loaded")
                    : MachineCheck.noted(
                            "bpf(2)",
                            availability.toString(),
                            "the kernel's BPF cannot be compared; Ring3's own works");
        } catch (LinuxException | UnsupportedHostException e) {
            return MachineCheck.noted("bpf(2)", String.valueOf(e.getMessage()), "Ring3's own BPF works");
        }
    }

    private static MachineCheck btf() {
        Path file = Path.of("/sys/kernel/btf/vmlinux");
        return Files.isReadable(file)
                ? MachineCheck.found("BTF", file.toString())
                : MachineCheck.noted("BTF", "no " + file, "CO-RE objects for this kernel need --btf FILE");
    }

    private static MachineCheck clang(Map<String, String> environment) {
        List<String> names = Stream.concat(
                        Stream.of("clang"),
                        IntStream.rangeClosed(CLANG_MIN, CLANG_MAX).mapToObj(version -> "clang-" + version))
                .toList();
        return onPath(environment, names::contains)
                .map(path -> MachineCheck.found("clang", path.toString()))
                .orElseGet(() -> MachineCheck.missing(
                        "clang",
                        "none on the PATH",
                        "programs in C are compiled elsewhere; objects and 'bpf asm' work"));
    }

    private static MachineCheck fusermount(Map<String, String> environment) {
        String found =
                onPath(environment, "fusermount3"::equals).map(Path::toString).orElse("none");
        return MachineCheck.noted("fusermount3", found, "not needed: Ring3 mounts by itself");
    }

    private static Optional<Path> onPath(Map<String, String> environment, Predicate<String> name, Path... more) {
        List<Path> folders = new ArrayList<>();
        for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.addAll(List.of(more));
        return folders.stream()
                .flatMap(MachineChecks::files)
                .filter(file -> name.test(file.getFileName().toString()) && Files.isExecutable(file))
                .findFirst();
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // of the PATH, but not there
        }
    }

    private static MachineCheck port(int port) {
        String name = "port " + port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return MachineCheck.found(name, "free");
        } catch (IOException e) {
            return MachineCheck.noted(name, "taken", "by a server that runs, or another program");
        }
    }

    private static Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
