package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileTree.Entered;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rule of the change attribute: what moves it, what never does, and that it never comes back. */
class ChangeAttributeTest {
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 1, 1);

    private final TestDisk disk = new TestDisk();
    private Volume volume;
    private NodeId file;

    @BeforeEach
    void open() {
        volume = disk.open();
        file = volume.create(volume.root(), Name.of("f"), FILE, Guard.NONE)
                .node()
                .node();
    }

    @AfterEach
    void close() {
        volume.close();
    }

    private long look(NodeId node) {
        return volume.stat(node, StatMask.CHANGE).change();
    }

    private void write() {
        try (OpenNode open = volume.open(file)) {
            volume.write(open, 0, MemorySegment.ofArray(new byte[10]), WriteOptions.PLAIN);
            volume.sync(open, true);
        }
    }

    /** What is stored, which nobody sees. */
    private long stored() {
        byte[] value = disk.store().get(KeyLayout.version(Item.inode(file.ino().value()), 0xffff_ffffL));
        assertThat(value).isNotNull();
        return value == null ? 0 : InodeLayout.decode(value).change;
    }

    @Test
    void changes_thatNobodyLookedBetween_moveItOnce() {
        long first = look(file);
        write();
        long moved = stored();
        assertThat(moved).isGreaterThan(first);
        write();
        volume.setAttributes(file, AttrChange.NONE, Guard.NONE);
        assertThat(stored())
                .as("after a second write that nobody looked before")
                .isEqualTo(moved);
        assertThat(look(file)).isEqualTo(moved);
        write();
        assertThat(look(file)).isGreaterThan(moved);
    }

    @Test
    void everyKindOfChange_movesIt() {
        List<Consumer<Volume>> changes = List.of(
                each -> write(),
                each -> each.setAttributes(file, AttrChange.NONE.withPermissions(0600), Guard.NONE),
                each -> each.setAttributes(file, AttrChange.NONE.withOwner(5, null), Guard.NONE),
                each -> each.setAttributes(file, AttrChange.NONE.withSize(3), Guard.NONE),
                each -> each.setAttributes(file, AttrChange.NONE.withTimes(null, new AttrChange.Now()), Guard.NONE),
                each -> each.setXattr(file, XattrName.parse("user.a"), new byte[1], XattrMode.ANY, Guard.NONE),
                each -> each.link(file, each.root(), Name.of("g"), Guard.NONE),
                each -> each.unlink(each.root(), Name.of("g"), Guard.NONE));
        for (Consumer<Volume> change : changes) {
            long before = look(file);
            change.accept(volume);
            assertThat(look(file)).isGreaterThan(before);
        }
    }

    @Test
    void readsAndAccessTimes_neverMoveIt() {
        long before = look(file);
        try (OpenNode open = volume.open(file)) {
            volume.read(open, 0, MemorySegment.ofArray(new byte[10]));
        }
        volume.touchAccessTime(file);
        volume.find(volume.root(), Name.of("f"), StatMask.ALL);
        volume.readDirectory(volume.root(), 0, (name, cookie, node, type) -> true);
        volume.syncAll();
        assertThat(look(file)).isEqualTo(before);
        write(); // the access time's transaction has not lost the mark of the look
        assertThat(look(file)).isGreaterThan(before);
    }

    @Test
    void directory_givesAnUnbrokenChain() {
        NodeId root = volume.root();
        long last = look(root);
        List<Entered> steps = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            steps.add(volume.create(root, Name.of("x" + i), FILE, Guard.NONE));
        }
        for (Entered step : steps) {
            assertThat(step.directory().before()).isEqualTo(last);
            assertThat(step.directory().after()).isGreaterThan(last);
            last = step.directory().after();
        }
        assertThat(look(root)).isEqualTo(last);
    }

    @Test
    void cleanRestart_keepsIt_andAnUncleanOneRaisesIt() {
        write();
        long before = look(file);
        volume.close();
        volume = disk.open();
        assertThat(look(file)).as("after a clean stop").isEqualTo(before);
        write();
        assertThat(look(file)).as("a missing mark counts as a look").isGreaterThan(before);
        long lost = look(file);
        TestDisk left = disk.afterCrash(disk.medium.lastDurable());
        try (Volume after = left.open()) {
            long raised = after.stat(file, StatMask.ALL).change();
            assertThat(raised).as("after a crash that lost a change").isGreaterThan(lost);
            assertThat(after.stat(after.root(), StatMask.ALL).change()).isGreaterThan(lost);
        }
    }

    @Test
    void epoch_isDurableBeforeItsFirstValueIsSeen() {
        long epoch = ChangeClock.epochOf(look(file));
        TestDisk left = disk.afterCrash(disk.medium.lastDurable());
        byte[] stored = left.medium.open("the test").get(KeyLayout.mount());
        assertThat(stored).isNotNull();
        assertThat(MountState.decode(stored == null ? new byte[0] : stored).epoch())
                .isGreaterThanOrEqualTo(epoch);
    }

    @Test
    void clock_fullCounter_takesANewDurableEpoch() {
        List<Long> durable = new ArrayList<>();
        ChangeClock clock = new ChangeClock(7, durable::add);
        assertThat(clock.next()).isEqualTo((7L << 40) + 1);
        assertThat(clock.newEpoch()).isEqualTo(8L << 40);
        assertThat(clock.next()).isEqualTo((8L << 40) + 1);
        assertThat(durable).containsExactly(8L);
        ChangeClock full = new ChangeClock(7, durable::add, (1L << 40) - 2);
        assertThat(full.next()).isEqualTo((8L << 40) - 1);
        assertThat(full.next()).isEqualTo((8L << 40) + 1);
        assertThat(durable).containsExactly(8L, 8L);
    }

    @Test
    void state_whoeverComesSecond_knows() {
        LiveInode.State state = LiveInode.State.unseen(new InodeRecord(0100644, Instant.EPOCH));
        assertThat(state.supersedeUnseen()).isTrue();
        assertThat(state.markSeen()).as("a reader behind a writer").isFalse();
        LiveInode.State seen = LiveInode.State.unseen(new InodeRecord(0100644, Instant.EPOCH));
        assertThat(seen.markSeen()).isTrue();
        assertThat(seen.supersedeUnseen()).as("a writer behind a reader").isFalse();
    }
}
