package dev.ring3.fs.volume;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Access;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import dev.ring3.linux.Statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;

/**
 * What files of a volume cost over files of the host, through {@link Vfs} and its cache, in interleaved rounds; prints
 * ratios with their spread. Not a test: {@code docs/volume-data.md} has the command.
 */
final class VolumeFigures {
    private static final Caller CALLER = Caller.local(Credentials.ROOT);
    private static final long FILE_BYTES = 256L << 20;
    private static final long READ_BYTES = 64L << 20;
    private static final int IO_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 4096;
    private static final int ROUNDS = Integer.getInteger("ring3.rounds", 9);
    private static final int SYNCED_WRITES = 100;
    private static final int LOOKS = 200_000;
    private static final HostCaching CACHING = HostCaching.valueOf(System.getProperty("ring3.caching", "CACHED"));
    private static final long MEMORY_BYTES = Long.getLong("ring3.memory", 256L << 20);

    private final Path directory;
    private final MemorySegment data;
    private final MemorySegment into;
    private final Random random = new Random(1);

    private VolumeFigures(Path directory, Arena arena) {
        this.directory = directory;
        this.data = arena.allocate(FILE_BYTES, BLOCK_BYTES);
        this.into = arena.allocate(IO_BYTES, BLOCK_BYTES);
        for (long at = 0; at < FILE_BYTES; at += Long.BYTES) {
            data.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
    }

    /** Takes a directory on the file system to be measured, which has to be empty. */
    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofShared()) {
            new VolumeFigures(Path.of(arguments[0]), arena).run();
        }
    }

    private OrderedStore openStore() {
        return ServiceLoader.load(OrderedStoreProvider.class).stream()
                .map(provider -> provider.get().open(directory.resolve("store"), "figures"))
                .findFirst()
                .orElseGet(() -> new MemoryMedium().open("figures"));
    }

    private void run() {
        HostBlockDevice device = new HostBlockDevice(directory.resolve("segments"), CACHING);
        Path hostPath = directory.resolve("host");
        try (Volume volume = Volume.open(openStore(), device, VolumeOptions.DEFAULT.withMemoryBytes(MEMORY_BYTES));
                RawFile host = RawFile.open(hostPath, Access.READ_WRITE, OpenFlag.CREATE)) {
            Vfs vfs = new Vfs(volume);
            Name name = Name.of("file");
            NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
            OpenHow how = OpenHow.of(Use.BOTH);
            OpenFile file = vfs.files()
                    .open(CALLER, vfs.root(), name, how, shape, false)
                    .file();
            System.out.printf("%s, %d MiB of memory, %d rounds%n", CACHING, MEMORY_BYTES >> 20, ROUNDS);
            compare("write 256 MiB and sync", () -> hostWrite(host), () -> write(vfs, file));
            compare("read 64 MiB, cached, 1 MiB", () -> hostRead(host, IO_BYTES), () -> read(vfs, file, IO_BYTES));
            compare("read 64 MiB, cached, 4 KiB", () -> hostRead(host, 4096), () -> read(vfs, file, 4096));
            compare("overwrite 4 KiB and sync, x100", () -> hostOverwrite(host), () -> overwrite(vfs, file));
            compare("stat, warm", () -> hostStat(hostPath), () -> stat(vfs, file.node()));
            compare("stat by name, warm", () -> hostStat(hostPath), () -> lookup(vfs, name));
            System.out.println("check after it: " + volume.check(false).findings());
            vfs.files().close(file);
        }
    }

    /** Time of the host over ours: above 1 we are faster. */
    private static void compare(String what, LongSupplier host, LongSupplier ours) {
        double[] ratios = new double[ROUNDS];
        double[] hostMillis = new double[ROUNDS];
        for (int round = -3; round < ROUNDS; round++) { // three to warm up
            boolean hostFirst = (round & 1) == 0;
            long first = hostFirst ? host.getAsLong() : ours.getAsLong();
            long second = hostFirst ? ours.getAsLong() : host.getAsLong();
            if (round >= 0) {
                hostMillis[round] = (hostFirst ? first : second) / 1e6;
                ratios[round] = hostMillis[round] / ((hostFirst ? second : first) / 1e6);
            }
        }
        Arrays.sort(ratios);
        Arrays.sort(hostMillis);
        System.out.printf(
                "%-32s median %.2f of the host's speed (%.2f to %.2f); host %.1f ms%n",
                what, ratios[ROUNDS / 2], ratios[ROUNDS / 4], ratios[ROUNDS - 1 - ROUNDS / 4], hostMillis[ROUNDS / 2]);
    }

    private long hostWrite(RawFile host) {
        host.truncate(0);
        host.sync();
        long start = System.nanoTime();
        for (long at = 0; at < FILE_BYTES; at += IO_BYTES) {
            host.writeFully(data.asSlice(at, IO_BYTES), at);
        }
        host.syncData();
        return System.nanoTime() - start;
    }

    private long write(Vfs vfs, OpenFile file) {
        vfs.attributes().set(CALLER, file.node(), AttrChange.NONE.withSize(0L), file);
        vfs.files().sync(file, false);
        long start = System.nanoTime();
        for (long at = 0; at < FILE_BYTES; at += IO_BYTES) {
            vfs.files().write(CALLER, file, at, data.asSlice(at, IO_BYTES));
        }
        vfs.files().sync(file, true);
        return System.nanoTime() - start;
    }

    private long hostRead(RawFile host, int bytes) {
        long start = System.nanoTime();
        for (long at = 0; at < READ_BYTES; at += bytes) {
            host.readFully(into.asSlice(0, bytes), at);
        }
        return System.nanoTime() - start;
    }

    private long read(Vfs vfs, OpenFile file, int bytes) {
        long start = System.nanoTime();
        for (long at = 0; at < READ_BYTES; at += bytes) {
            vfs.files().read(CALLER, file, at, into.asSlice(0, bytes));
        }
        return System.nanoTime() - start;
    }

    private long hostOverwrite(RawFile host) {
        long start = System.nanoTime();
        for (int i = 0; i < SYNCED_WRITES; i++) {
            long at = randomBlock();
            host.writeFully(data.asSlice(at, BLOCK_BYTES), at);
            host.syncData();
        }
        return System.nanoTime() - start;
    }

    private long overwrite(Vfs vfs, OpenFile file) {
        long start = System.nanoTime();
        for (int i = 0; i < SYNCED_WRITES; i++) {
            long at = randomBlock();
            vfs.files().write(CALLER, file, at, data.asSlice(at, BLOCK_BYTES));
            vfs.files().sync(file, true);
        }
        return System.nanoTime() - start;
    }

    private long randomBlock() {
        return random.nextLong(READ_BYTES / BLOCK_BYTES) * BLOCK_BYTES;
    }

    private static long hostStat(Path path) {
        long start = System.nanoTime();
        for (int i = 0; i < LOOKS; i++) {
            if (Statx.of(path).sizeBytes().isEmpty()) {
                throw new IllegalStateException("no size");
            }
        }
        return System.nanoTime() - start;
    }

    private static long stat(Vfs vfs, NodeId node) {
        long start = System.nanoTime();
        for (int i = 0; i < LOOKS; i++) {
            if (vfs.attributes().stat(CALLER, node, StatMask.ALL).sizeBytes() == 0) {
                throw new IllegalStateException("no size");
            }
        }
        return System.nanoTime() - start;
    }

    private static long lookup(Vfs vfs, Name name) {
        long start = System.nanoTime();
        for (int i = 0; i < LOOKS; i++) {
            if (vfs.names().lookup(CALLER, vfs.root(), name, StatMask.ALL).sizeBytes() == 0) {
                throw new IllegalStateException("no size");
            }
        }
        return System.nanoTime() - start;
    }
}
