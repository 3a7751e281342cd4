package dev.ring3.nfs.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.LateAnswer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DurableAnswersTest {
    /** Mark, COMPOUND's status, count; SEQUENCE and its status, SETATTR, its status and results; another operation. */
    private static final int[] WORDS = {0x8000_0028, 0, 3, 53, 0, 34, 0, 1, 2, 9, 0};

    private static final int START = Integer.BYTES;
    private static final int COUNT_AT = 2 * Integer.BYTES;
    private static final DurableAnswers.Failure SETATTR =
            new DurableAnswers.Failure(6 * Integer.BYTES, 1, Integer.BYTES);

    private final Volume volume = Volume.inMemory(1L << 20, VolumeOptions.DEFAULT);
    private final Vfs vfs = new Vfs(volume);
    private final DurableAnswers answers = new DurableAnswers(vfs);

    private static final class Answer implements LateAnswer {
        private final ByteBuffer record = ByteBuffer.allocate(WORDS.length * Integer.BYTES);
        private final CompletableFuture<int[]> sent = new CompletableFuture<>();

        Answer() {
            record.asIntBuffer().put(WORDS);
        }

        @Override
        public ByteBuffer record() {
            return record;
        }

        @Override
        public void send() {
            int[] words = new int[record.limit() / Integer.BYTES];
            record.asIntBuffer().get(words);
            sent.complete(words);
        }
    }

    private Answer add() {
        Answer answer = new Answer();
        answers.add(new DurableAnswers.Waiting(answer, vfs.root(), START, COUNT_AT, SETATTR, null, 0));
        return answer;
    }

    @Test
    void answer_whenItsChangeIsDurable_leavesAsItIs() {
        assertThat(add().sent.join()).isEqualTo(WORDS);
        Answer last = add();
        answers.close();
        assertThat(last.sent).isCompletedWithValueMatching(words -> words.length == WORDS.length);
        volume.close();
    }

    @Test
    void answer_whenTheSyncFails_endsWithTheOperationThatChanged() {
        volume.close();
        int[] words = add().sent.join();
        answers.close();
        int status = words[1];
        assertThat(status).isNotEqualTo(NfsStatus.OK.number());
        assertThat(words).containsExactly(WORDS[0], status, 2, 53, 0, 34, status, 0);
    }
}
