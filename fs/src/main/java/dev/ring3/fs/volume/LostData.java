package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.extent.DamagedRange;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.MappedRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** From damaged blocks to what is lost with them: each file, in each subvolume that shows it. */
final class LostData {
    private static final int BLOCK_BYTES = Reserved.BLOCK_BYTES;

    private final Subvolumes subvolumes;
    private final FileData data;

    LostData(Subvolumes subvolumes, FileData data) {
        this.subvolumes = subvolumes;
        this.data = data;
    }

    /** Empty if nobody shows these blocks: what has them is being deleted. */
    List<LostRange> of(DamagedRange damaged) {
        List<LostRange> lost = new ArrayList<>();
        subvolumes.all().stream()
                .filter(each -> each.view().sees(damaged.name().snapshot().value()))
                .sorted(Comparator.comparing(each -> each.id))
                .forEach(each -> in(each, damaged, lost));
        return lost;
    }

    private void in(Subvolume subvolume, DamagedRange damaged, List<LostRange> lost) {
        View view = subvolume.view();
        Ino ino = damaged.name().ino();
        byte[] inode = view.value(Item.inode(ino.value()));
        if (inode == null) {
            return;
        }
        long size = InodeLayout.decode(inode).size();
        long from = damaged.fileBlock() * BLOCK_BYTES;
        long to = Math.min(size, from + damaged.blocks() * BLOCK_BYTES);
        if (from >= to) {
            return;
        }
        NodeId node = new NodeId(subvolume.id, ino);
        ExtentItems records = ExtentItems.forReading(view, ino.value());
        for (MappedRange range : data.ranges(records, from, to - from, (int) damaged.blocks())) {
            if (isOf(range, damaged)) {
                long begin = Math.max(from, range.offsetBytes());
                long end = Math.min(to, range.offsetBytes() + range.lengthBytes());
                lost.add(new LostRange(path(node), node, begin, end - begin));
            }
        }
    }

    /** Whether what a subvolume shows there is what lies in these blocks; it may have written since. */
    private static boolean isOf(MappedRange range, DamagedRange damaged) {
        boolean placed = !range.flags().contains(MappedRange.Flag.INLINE)
                && !range.flags().contains(MappedRange.Flag.UNWRITTEN);
        boolean packed = range.flags().contains(MappedRange.Flag.ENCODED);
        long stored = damaged.storedBlock() * BLOCK_BYTES;
        long here = packed ? range.storedBytes() : range.storedBytes() - range.offsetBytes();
        long there = packed ? stored : stored - damaged.fileBlock() * BLOCK_BYTES;
        return placed && packed == damaged.packed() && here == there;
    }

    private String path(NodeId node) {
        return new Paths(subvolumes)
                .fromTop(node)
                .map(names -> names.stream().map(Name::toString).collect(Collectors.joining("/", "/", "")))
                .orElseGet(() -> "%s of %s, which has no name".formatted(node.ino(), node.subvolume()));
    }
}
