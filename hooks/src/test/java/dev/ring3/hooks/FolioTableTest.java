package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.hook.CacheFunctions;
import dev.ring3.bpf.hook.IterateOptions;
import dev.ring3.mm.FolioOrder;
import dev.ring3.mm.cache.FileTag;
import dev.ring3.mm.cache.FolioContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FolioTableTest {
    private static final int FRAMES = 32;
    private static final int STEPS = 20_000;
    private static final String SEED = "ring3.hooks.folios.seed";

    private static FolioContext folio(int frame) {
        return new FolioContext(frame, 1, new FileTag(1, 2), frame, FolioOrder.PAGE, false, false);
    }

    private static List<Integer> walked(FolioTable table, int list) {
        List<Integer> seen = new ArrayList<>();
        FolioWalk walk = new FolioWalk(table, list, Long.MAX_VALUE);
        while (walk.hasNext()) {
            seen.add(walk.next());
        }
        return seen;
    }

    @Test
    void lists_randomSteps_areWhatArrayListsWouldBe() {
        long seed = Long.getLong(SEED, System.nanoTime());
        Random random = new Random(seed);
        FolioTable table = new FolioTable(FRAMES);
        List<List<Integer>> model = new ArrayList<>();
        for (int list = 1; list <= 3; list++) {
            assertThat(table.newList()).isEqualTo(list);
            model.add(new ArrayList<>());
        }
        for (int step = 0; step < STEPS; step++) {
            int frame = random.nextInt(FRAMES);
            int list = 1 + random.nextInt(3);
            int end = random.nextBoolean() ? IterateOptions.HEAD : IterateOptions.TAIL;
            if (table.folio(frame) == null) {
                table.add(folio(frame));
                table.setNote(frame, step);
            } else if (random.nextInt(10) == 0) {
                table.remove(folio(frame));
                model.forEach(each -> each.remove(Integer.valueOf(frame)));
            } else if (random.nextInt(5) == 0) {
                table.takeOff(frame);
                model.forEach(each -> each.remove(Integer.valueOf(frame)));
            } else {
                table.move(list, frame, end);
                model.forEach(each -> each.remove(Integer.valueOf(frame)));
                model.get(list - 1)
                        .add(
                                end == IterateOptions.HEAD
                                        ? 0
                                        : model.get(list - 1).size(),
                                frame);
            }
            for (int i = 1; i <= 3; i++) {
                assertThat(walked(table, i))
                        .as("step %d; replay with -D%s=%d", step, SEED, seed)
                        .isEqualTo(model.get(i - 1))
                        .hasSize(table.length(i))
                        .hasSize(table.pages(i));
            }
        }
    }

    @Test
    void walk_foliosMoveToTheTail_comesByEachOnce() {
        FolioTable table = new FolioTable(FRAMES);
        int list = table.newList();
        for (int frame = 0; frame < 4; frame++) {
            table.add(folio(frame));
            table.putOn(list, frame, IterateOptions.TAIL);
        }
        List<Integer> seen = new ArrayList<>();
        FolioWalk walk = new FolioWalk(table, list, Long.MAX_VALUE);
        while (walk.hasNext()) {
            int frame = walk.next();
            seen.add(frame);
            table.move(list, frame, IterateOptions.TAIL);
        }
        assertThat(seen).containsExactly(0, 1, 2, 3);
    }

    @Test
    void remove_folio_isOnNoListAndItsNoteIsForgotten() {
        FolioTable table = new FolioTable(FRAMES);
        int list = table.newList();
        table.add(folio(3));
        table.putOn(list, 3, IterateOptions.HEAD);
        table.setNote(3, 7);
        table.remove(folio(3));
        assertThat(table.length(list)).isZero();
        assertThat(table.folio(3)).isNull();
        table.add(folio(3));
        assertThat(table.note(3)).isZero();
        assertThat(table.listOf(3)).isZero();
    }

    @Test
    void newList_moreThanThereCanBe_isNone() {
        FolioTable table = new FolioTable(1);
        for (int i = 0; i < CacheFunctions.LISTS_MAX; i++) {
            assertThat(table.newList()).isNotZero();
        }
        assertThat(table.newList()).isZero();
        assertThat(table.isList(CacheFunctions.LISTS_MAX)).isTrue();
        assertThat(table.isList(CacheFunctions.LISTS_MAX + 1L)).isFalse();
        assertThat(table.isList(0)).isFalse();
    }
}
