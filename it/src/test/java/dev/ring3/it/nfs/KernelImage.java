package dev.ring3.it.nfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Linux kernel and an initramfs with an NFS client, made from Debian's cloud kernel and busybox, once for all runs. The kernel is the
 * package's content as installed, or unpacked in {@code /usr/local/lib/ring3-vm-kernel} or where {@code RING3_VM_KERNEL} says.
 */
final class KernelImage {
    /** With everything they depend on; {@code virtio_rng} so that the guest does not wait for entropy. */
    private static final List<String> MODULES = List.of("virtio_pci", "virtio_net", "virtio_rng", "nfs", "nfsv4");

    /** What busybox has not, or has with less: from the host, with the libraries they load. */
    private static final List<String> TOOLS =
            List.of("/usr/bin/cp", "/usr/bin/fallocate", "/usr/bin/setfattr", "/usr/bin/getfattr", "/usr/bin/flock");

    /** The guest runs what comes in lines over its serial port. */
    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox mkdir -p /proc /sys /dev /mnt /tmp
            /bin/busybox --install -s /bin
            export PATH=/host:/bin
            mount -t proc none /proc
            mount -t sysfs none /sys
            mount -t devtmpfs none /dev
            for m in %s; do modprobe $m; done
            ip link set lo up
            ip link set eth0 up
            ip addr add 10.0.2.15/24 dev eth0
            ip route add default via 10.0.2.2
            stty -F /dev/ttyS0 -echo -onlcr
            dmesg -n 1
            echo ring3-guest-ready > /dev/ttyS0
            while IFS= read -r line; do eval "$line"; done < /dev/ttyS0 > /dev/ttyS0 2>&1
            poweroff -f
            """.formatted(String.join(" ", MODULES));

    final Path kernel;
    final Path initramfs;

    private KernelImage(Path kernel, Path initramfs) {
        this.kernel = kernel;
        this.initramfs = initramfs;
    }

    /** What this machine lacks, if anything. */
    static Optional<String> missing() {
        for (String tool : List.of("/usr/bin/qemu-system-x86_64", "/bin/busybox", "/usr/bin/cpio", "/sbin/depmod")) {
            if (!Files.isExecutable(Path.of(tool))) {
                return Optional.of("no " + tool + " here");
            }
        }
        for (String tool : TOOLS) {
            if (!Files.isExecutable(Path.of(tool))) {
                return Optional.of("no " + tool + " here");
            }
        }
        return findKernel().isEmpty() ? Optional.of("no cloud kernel for a virtual machine here") : Optional.empty();
    }

    /** From the cache, or made there. */
    static KernelImage get() throws IOException, InterruptedException {
        Path kernel = findKernel().orElseThrow();
        String version = kernel.getFileName().toString().substring("vmlinuz-".length());
        String name = "initramfs-" + version + "-" + Integer.toHexString((INIT + TOOLS).hashCode());
        Path cache = Files.createDirectories(Path.of("target", "vm"));
        Path initramfs = cache.resolve(name);
        if (!Files.exists(initramfs)) {
            Path root = Files.createTempDirectory("ring3-initramfs");
            try {
                fill(root, kernel.resolve("../../lib/modules/" + version).normalize());
                Path made = Files.createTempFile(cache, name, ".part");
                run(root, "find . | cpio --quiet -o -H newc > " + made.toAbsolutePath());
                Files.move(made, initramfs, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(root);
            }
        }
        return new KernelImage(kernel, initramfs);
    }

    private static Optional<Path> findKernel() {
        String named = System.getenv("RING3_VM_KERNEL");
        for (String root : new String[] {named == null ? "/usr/local/lib/ring3-vm-kernel" : named, "/"}) {
            Path boot = Path.of(root, "boot");
            if (Files.isDirectory(boot)) {
                try (Stream<Path> files = Files.list(boot)) {
                    Optional<Path> newest = files.filter(
                                    file -> file.getFileName().toString().matches("vmlinuz-.*-cloud-amd64"))
                            .max(Comparator.naturalOrder());
                    if (newest.isPresent()) {
                        return newest;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return Optional.empty();
    }

    private static void fill(Path root, Path modules) throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        Files.writeString(root.resolve("init"), INIT);
        Files.createDirectories(root.resolve("host"));
        for (String tool : TOOLS) {
            Files.copy(Path.of(tool), root.resolve("host").resolve(Path.of(tool).getFileName()));
            for (String library :
                    run(root, "ldd " + tool + " | grep -o '/[^ ]*'").lines().toList()) {
                Path to = root.resolve(library.substring(1));
                Files.createDirectories(to.getParent());
                Files.copy(Path.of(library), to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path into = Files.createDirectories(root.resolve("lib/modules").resolve(modules.getFileName()));
        for (Path module : withDependencies(modules)) {
            Files.copy(module, into.resolve(module.getFileName()));
        }
        for (String list : List.of("modules.order", "modules.builtin")) {
            Files.copy(modules.resolve(list), into.resolve(list));
        }
        run(root, "chmod 755 init && find lib -name '*.ko.xz' -exec unxz {} + && depmod -b . " + modules.getFileName());
    }

    /** By the modules' own lists of what they need. */
    private static Set<Path> withDependencies(Path modules) throws IOException, InterruptedException {
        Map<String, Path> byName = new HashMap<>();
        try (Stream<Path> files = Files.walk(modules)) {
            files.filter(file -> file.getFileName().toString().matches(".*\\.ko(\\.xz)?"))
                    .forEach(file -> byName.put(moduleName(file.getFileName().toString()), file));
        }
        Deque<String> wanted = new ArrayDeque<>(MODULES);
        Set<Path> found = new HashSet<>();
        while (!wanted.isEmpty()) {
            Path file = byName.get(wanted.remove());
            // A module that is not there is built in.
            if (file != null && found.add(file)) {
                String needs = run(modules, "modinfo -F depends " + file);
                wanted.addAll(List.of(needs.strip().replace('-', '_').split(",")));
            }
        }
        return found;
    }

    private static String moduleName(String file) {
        return file.substring(0, file.indexOf(".ko")).replace('-', '_');
    }

    private static String run(Path folder, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-ec", "PATH=$PATH:/sbin:/usr/sbin; " + script));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + output);
        }
        return output;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
