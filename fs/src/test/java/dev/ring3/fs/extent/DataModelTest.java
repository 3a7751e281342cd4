package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.store.MemoryMedium;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random operations on files, snapshots among them, against arrays of bytes. */
class DataModelTest {
    private static final int ROUNDS = Boolean.getBoolean("ring3.long") ? 3000 : 40;
    private static final int OPERATIONS = 120;

    @ParameterizedTest
    @EnumSource
    void operations_random_agreeWithBytes(CompressionMode compression) {
        long first = Long.getLong("ring3.seed", 1);
        for (long seed = first; seed < first + ROUNDS; seed++) {
            DataModel model = new DataModel(new Random(seed), compression);
            try {
                for (int i = 0; i < OPERATIONS; i++) {
                    model.step();
                }
                model.finish();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d after: %s\n./check fast -pl fs -Dtest=DataModelTest -Dring3.seed=%d"
                                .formatted(seed, model.history(), seed),
                        e);
            }
        }
    }

    /** The model must be able to see a wrong byte and a lost reference. */
    @Test
    void model_seededFaults_areSeen() {
        DataModel model = new DataModel(new Random(1), CompressionMode.NONE);
        for (int i = 0; i < OPERATIONS; i++) {
            model.step();
        }
        model.spoilModel();
        assertThatThrownBy(model::compareAll).isInstanceOf(AssertionError.class);

        MemoryMedium medium = new MemoryMedium();
        TestVolume volume = new TestVolume(medium.open("test"), new MemoryBlockDevice(1 << 20), DataModel.OPTIONS);
        Ino ino = new Ino(7);
        volume.write(ino, TestVolume.FIRST, 0, new byte[8192], DataModel.TO_SEGMENT);
        volume.store.write(new dev.ring3.fs.store.Batch().delete(TestKeys.extent(ino, 2, SnapshotId.FIRST)));
        assertThat(volume.check().findings()).extracting(DataFinding::kind).contains(DataFinding.Kind.LEAKED);
    }
}
