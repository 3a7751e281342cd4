package dev.ring3.bench.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured is really done, in the trees that need no mount; how fast is not looked at. */
class TreesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"HOST", "RING3", "RING3_NFS"})
    void everyOperation_isDone(FsSubject subject) throws Exception {
        try (FsSetup setup = FsSetup.open(subject, folder)) {
            Tree tree = setup.tree();
            tree.enter("folder");
            tree.names("file", 20);
            for (FsOperation operation : FsOperation.values()) {
                if (operation.times() > 1) {
                    operation.run(tree, 20, new Random(1));
                    operation.after(tree, 20);
                    boolean there = operation == FsOperation.CREATE
                            || operation == FsOperation.STAT
                            || operation == FsOperation.LIST
                            || operation == FsOperation.RENAME;
                    assertThat(tree.list()).as(operation.title()).isEqualTo(there ? 20 : 0);
                }
            }
            tree.writeStream(2 << 20);
            tree.readStream(2 << 20);
            if (tree.hasSnapshots()) {
                tree.snapshot("one");
                assertThatThrownBy(() -> tree.snapshot("one")).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HOST", "RING3", "RING3_NFS"})
    void whatFails_isNotMeasured(FsSubject subject) throws Exception {
        try (FsSetup setup = FsSetup.open(subject, folder)) {
            setup.tree().enter("folder");
            setup.tree().names("file", 1);
            assertThatThrownBy(() -> setup.tree().stat(0)).isNotNull();
            setup.tree().create(0);
            assertThatThrownBy(() -> setup.tree().create(0)).isNotNull();
        }
    }
}
