package dev.ring3.it.nfs;

import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.hooks.AttachOptions;
import dev.ring3.hooks.AttachRequest;
import dev.ring3.hooks.AttachResult;
import dev.ring3.hooks.HookSettings;
import dev.ring3.hooks.HookStore;
import dev.ring3.hooks.Hooks;
import dev.ring3.hooks.Scope;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an attached program costs those who come through FUSE and NFS: writes of 4 KiB, one client each, in rounds that take
 * turns with and without an empty program at {@code fs/write}. Run by hand; docs/hooks.md has the command and what came of it.
 */
final class HookRates {
    private static final int WRITES = 1_000;
    private static final int BLOCKS = 256;
    private static final int WARM_UP_ROUNDS = 30;
    private static final int ROUNDS = 120;
    private static final int BLOCK_BYTES = 4096;

    private interface Write {
        void at(int block) throws Exception;
    }

    /** Which hooks are asked. */
    private record Choice(Vfs vfs, Hooks none, Hooks empty) {}

    private HookRates() {}

    /** @param arguments the object with an empty program at {@code fs/write} */
    public static void main(String[] arguments) throws Exception {
        byte[] object = Files.readAllBytes(Path.of(arguments[0]));
        Path folder = Files.createTempDirectory("ring3-rates");
        Path mountPoint = Files.createDirectory(folder.resolve("mnt"));
        Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        Vfs vfs = new Vfs(volume);
        try (Hooks none = Hooks.open(volume, HookStore.NONE, HookSettings.DEFAULT);
                Hooks hooks = Hooks.open(volume, HookStore.NONE, HookSettings.DEFAULT)) {
            AttachRequest empty = new AttachRequest("empty", object, new Scope.Server(), AttachOptions.DEFAULT);
            if (!(hooks.attach(empty) instanceof AttachResult.Attached)) {
                throw new IllegalArgumentException("the object cannot be attached");
            }
            vfs.setHooks(none);
            Choice choice = new Choice(vfs, none, hooks);
            NfsOptions options = NfsOptions.loopback(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            Files.createDirectory(folder.resolve("state")))
                    .withExports(List.of(Export.LOOPBACK
                            .withInsecure(true)
                            .withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY)))
                    .withLease(Duration.ofSeconds(60));
            try (NfsServer server = NfsServer.start(vfs, options);
                    Client41 client = Client41.open(server.address().getPort(), 1);
                    FuseMount _ = FuseMount.mount(vfs, mountPoint, MountOptions.DEFAULT);
                    FileChannel file = FileChannel.open(
                            mountPoint.resolve("fuse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                byte[] data = new byte[BLOCK_BYTES];
                measure("FUSE", choice, block -> {
                    int _ = file.write(ByteBuffer.wrap(data), (long) block * BLOCK_BYTES);
                });
                Session session = client.newSession();
                Reply opened = session.call(
                        Ops.putRootFh(),
                        Open.by(session.owner("rates"))
                                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                                .unchecked(AttrValues.ofMode(0644))
                                .name("nfs")
                                .op(),
                        Ops.getFh());
                Opaque handle = opened.handle();
                StateId state = opened.get(Result.Opened.class).stateId();
                measure("NFS", choice, block -> {
                    Reply _ = session.call(
                                    Ops.putFh(handle),
                                    Ops.write(state, (long) block * BLOCK_BYTES, Ops.Stable.UNSTABLE, data))
                            .ok();
                });
            }
        }
        volume.close();
    }

    /** Three ways that take turns, and each is first in a third of the rounds; what is compared was measured side by side. */
    private static void measure(String door, Choice choice, Write write) throws Exception {
        List<AccessHooks> ways = List.of(choice.none(), choice.none(), choice.empty());
        List<Double> without = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            double[] nanos = new double[ways.size()];
            for (int i = 0; i < ways.size(); i++) {
                int way = Math.floorMod(i + round, ways.size());
                choice.vfs().setHooks(ways.get(way));
                nanos[way] = nanosOfOne(write);
            }
            if (round >= 0) {
                without.add(nanos[0]);
                again.add(100 * (nanos[1] / nanos[0] - 1));
                with.add(100 * (nanos[2] / Math.sqrt(nanos[0] * nanos[1]) - 1));
            }
        }
        choice.vfs().setHooks(choice.none());
        System.out.printf(
                "%s: %.0f ns a write without; again %+.1f %% (quartiles %+.1f to %+.1f); with an empty program %+.1f %%"
                        + " (quartiles %+.1f to %+.1f)%n",
                door,
                quantile(without, 0.5),
                quantile(again, 0.5),
                quantile(again, 0.25),
                quantile(again, 0.75),
                quantile(with, 0.5),
                quantile(with, 0.25),
                quantile(with, 0.75));
    }

    private static double nanosOfOne(Write write) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < WRITES; i++) {
            write.at(i % BLOCKS);
        }
        return (System.nanoTime() - start) / (double) WRITES;
    }

    private static double quantile(List<Double> values, double which) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.round(which * (sorted.size() - 1)));
    }
}
