package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Linux kernel's NFS client in a virtual machine (qemu without KVM), driven over its serial port: a command goes in as a line, what it
 * prints comes back up to a mark with its exit status. The host's loopback is 10.0.2.2 in the guest.
 */
final class KernelClient implements AutoCloseable {
    private static final long SECONDS_MAX = 60;
    private static final String END = "\u0000end";

    private final Process qemu;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int marks;

    /** What a command printed, and how it ended. */
    record Outcome(int status, String output) {
        /** The output, if the command succeeded. */
        String ok() {
            assertThat(status).as("the status of what printed: %s", output).isZero();
            return output;
        }
    }

    private KernelClient(Process qemu) {
        this.qemu = qemu;
        Thread.ofPlatform().daemon().name("guest").start(this::read);
    }

    static KernelClient boot() throws IOException, InterruptedException {
        KernelImage image = KernelImage.get();
        List<String> command = List.of(
                "/usr/bin/qemu-system-x86_64",
                "-accel",
                "tcg",
                "-cpu",
                "max",
                "-m",
                "512",
                "-nodefaults",
                "-no-reboot",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-kernel",
                image.kernel.toString(),
                "-initrd",
                image.initramfs.toString(),
                "-nic",
                "user,model=virtio-net-pci",
                "-device",
                "virtio-rng-pci",
                "-append",
                "console=ttyS0 panic=-1 quiet loglevel=1");
        KernelClient client = new KernelClient(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        client.awaitLine("ring3-guest-ready");
        return client;
    }

    /** Runs a line of shell and waits for its end. */
    Outcome run(String line) throws IOException, InterruptedException {
        return await(start(line));
    }

    /** Runs it without waiting; its output is what {@link #await} returns. The guest does one thing at a time. */
    String start(String line) throws IOException {
        String mark = "ring3-mark-" + ++marks + " ";
        OutputStream out = qemu.getOutputStream();
        out.write(("( " + line + " ) < /dev/null 2>&1; status=$?; echo; echo \"" + mark + "$status\"\n")
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
        return mark;
    }

    Outcome await(String mark) throws InterruptedException {
        StringBuilder output = new StringBuilder();
        while (true) {
            String line = nextLine();
            if (line.startsWith(mark)) {
                int status = Integer.parseInt(line.substring(mark.length()).strip());
                return new Outcome(status, output.toString().strip());
            }
            output.append(line).append('\n');
        }
    }

    /** Mounts the server's root; more options may follow a comma. */
    void mount(int port, String version, String folder) throws IOException, InterruptedException {
        run("mkdir -p " + folder).ok();
        String options =
                "vers=%s,port=%d,addr=10.0.2.2,clientaddr=10.0.2.15,proto=tcp,sec=sys,hard".formatted(version, port);
        run("mount -t nfs4 -o " + options + " 10.0.2.2:/ " + folder).ok();
    }

    private void awaitLine(String wanted) throws InterruptedException {
        StringBuilder before = new StringBuilder();
        for (String line = nextLine(); !line.contains(wanted); line = nextLine()) {
            before.append(line).append('\n');
            assertThat(before).as("the guest's boot").hasSizeLessThan(100_000);
        }
    }

    private String nextLine() throws InterruptedException {
        String line = lines.poll(SECONDS_MAX, TimeUnit.SECONDS);
        if (line == null) {
            // What comes later would be taken for an answer to something else.
            lines.add(END);
            qemu.destroyForcibly();
            throw new AssertionError("the guest says nothing for " + SECONDS_MAX + " s");
        } else if (line.equals(END)) {
            lines.add(END);
            throw new AssertionError("the guest is gone");
        }
        return line;
    }

    private void read() {
        try (BufferedReader in = qemu.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
        lines.add(END);
    }

    @Override
    public void close() {
        qemu.destroyForcibly();
    }
}
