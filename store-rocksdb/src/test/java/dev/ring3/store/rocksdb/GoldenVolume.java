package dev.ring3.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.fs.testkit.TreeImage;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the golden volume of a format: a small one with something of everything, and the text of all that can be seen of it.
 * Not a test; to be run when the format gets a new number, with an empty directory and the name of the archive:
 * {@code java dev.ring3.store.rocksdb.GoldenVolume DIRECTORY golden-volume-2}. Those of earlier formats stay.
 */
final class GoldenVolume {
    private static final DataOptions DATA = new DataOptions(1 << 8, Long.MAX_VALUE, 0, 0);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0640, 0, 7, 8);
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 02750, 0, 7, 8);

    private final Volume volume;

    private GoldenVolume(Volume volume) {
        this.volume = volume;
    }

    /** Takes an empty directory and a name. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Path volumeDirectory = directory.resolve("volume");
        String text;
        try (Volume volume = open(volumeDirectory)) {
            new GoldenVolume(volume).fill();
        }
        try (Volume volume = open(volumeDirectory)) {
            text = describe(volume);
        }
        Files.writeString(directory.resolve(arguments[1] + ".txt"), text);
        try (OutputStream out = Files.newOutputStream(directory.resolve(arguments[1] + ".zip"))) {
            zip(volumeDirectory, out);
        }
    }

    static OrderedStore store(Path directory) {
        return OrderedStoreProvider.named("rocksdb").open(directory.resolve("metadata"), "the golden volume");
    }

    static Volume open(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("data"));
        HostBlockDevice device = new HostBlockDevice(directory.resolve("data"), HostCaching.CACHED);
        return Volume.open(store(directory), device, VolumeOptions.DEFAULT.withData(DATA));
    }

    /** All that can be seen, subvolume by subvolume. */
    static String describe(Volume volume) {
        StringBuilder text = new StringBuilder();
        for (SubvolumeInfo info : volume.subvolumes().list()) {
            text.append(
                    "subvolume %d %s %s read-only %b origin %s created %s quota %d %d holds %d compression %s received %s%n"
                            .formatted(
                                    info.id().value(),
                                    info.uuid(),
                                    info.name(),
                                    info.readOnly(),
                                    info.origin(),
                                    info.created(),
                                    info.quotaBytes(),
                                    info.quotaInodes(),
                                    info.holds(),
                                    info.compression(),
                                    info.received()));
            new TreeMap<>(TreeImage.of(volume, info.id()))
                    .forEach((path, line) ->
                            text.append(path).append(' ').append(line).append('\n'));
        }
        return text.toString();
    }

    /** What tells of the machine that it was made on is not in it. */
    private static void zip(Path directory, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> walk = Files.walk(directory)) {
            zip.setLevel(9);
            for (Path file : walk.filter(Files::isRegularFile).sorted().collect(Collectors.toList())) {
                String name = String.valueOf(file.getFileName());
                if (!name.matches("LOG.*|LOCK|OPTIONS.*|owner.*")) {
                    ZipEntry entry = new ZipEntry(directory.relativize(file).toString());
                    entry.setTime(0);
                    zip.putNextEntry(entry);
                    Files.copy(file, zip);
                }
            }
        }
    }

    private void fill() {
        NodeId root = volume.root();
        volume.subvolumes().setQuota(root.subvolume(), 1L << 30, 10_000);
        NodeId folder = make(root, "folder", DIRECTORY);
        NodeId text = make(folder, "text", FILE);
        write(text, 0, "hello\n".getBytes(UTF_8));
        volume.link(text, root, Name.of("hard link"), Guard.NONE);
        make(root, "symlink", NewNode.symlink("folder/text".getBytes(UTF_8), 7, 8));
        make(root, "fifo", NewNode.of(FileType.FIFO, 0600, 0, 7, 8));
        make(root, "device", NewNode.device(FileType.CHARACTER_DEVICE, 0600, 0, 0, 0, 5, 1));
        NodeId sparse = make(root, "sparse", FILE);
        write(sparse, 1 << 20, random(40_000, 1));
        allocate(sparse, AllocateMode.PUNCH_HOLE, (1 << 20) + 8192, 4096);
        allocate(sparse, AllocateMode.ALLOCATE_KEEP_SIZE, 0, 8192);
        NodeId clone = make(root, "clone", FILE);
        try (OpenNode from = volume.open(sparse);
                OpenNode to = volume.open(clone)) {
            volume.cloneRange(from, 1 << 20, to, 0, 8192, false);
        }
        volume.setXattr(text, XattrName.parse("user.name"), random(300, 2), XattrMode.ANY, Guard.NONE);
        volume.setDefaultAcl(folder, PosixAcl.ofMode(0750), Guard.NONE);
        SubvolumeId first = volume.subvolumes().snapshot(root.subvolume(), Name.of("first"), true);
        write(text, 6, "changed\n".getBytes(UTF_8));
        volume.unlink(root, Name.of("fifo"), Guard.NONE);
        SubvolumeId packed = volume.subvolumes().create(folder, Name.of("packed"), DIRECTORY, Guard.NONE);
        volume.subvolumes().setCompression(packed, CompressionMode.ZSTD);
        NodeId compressible = make(NodeId.rootOf(packed), "again", FILE);
        write(compressible, 0, "again and ".repeat(20_000).getBytes(UTF_8));
        volume.subvolumes().hold(first);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        volume.subvolumes().send(SendRequest.of(first), stream);
        volume.subvolumes()
                .receive(folder, Name.of("received"), Guard.NONE, new ByteArrayInputStream(stream.toByteArray()));
        volume.subvolumes().snapshot(root.subvolume(), Name.of("second"), false);
        volume.syncAll();
        write(text, 0, "HELLO".getBytes(UTF_8));
        try (OpenNode open = volume.open(text)) {
            volume.sync(open, true); // so little goes into the log
        }
    }

    private NodeId make(NodeId directory, String name, NewNode node) {
        return volume.create(directory, Name.of(name), node, Guard.NONE).node().node();
    }

    private void write(NodeId file, long offset, byte[] bytes) {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
        }
    }

    private void allocate(NodeId file, AllocateMode mode, long offset, long length) {
        try (OpenNode open = volume.open(file)) {
            volume.allocate(open, mode, offset, length, false);
        }
    }

    private static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static List<String> formats() {
        return List.of("golden-volume-1");
    }
}
