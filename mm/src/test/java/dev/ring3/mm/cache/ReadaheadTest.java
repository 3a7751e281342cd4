package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.mm.cache.FakeBacking.Kind;
import dev.ring3.mm.cache.ReadaheadRequest.Pattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadaheadTest {
    private static final int PAGES = 2048;

    private final CacheFixture fixture =
            CacheFixture.with(8192, CacheOptions.forFrames(8192).withReadaheadBytes(2 << 20));
    private final byte[] content = random(PAGES * PAGE, 1);
    private final FakeBacking backing = FakeBacking.of(content);
    private final AddressSpace file = fixture.open(backing);
    private final Watching policy = new Watching();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Notes what is asked. */
    private static final class Watching extends Idle {
        private final List<ReadaheadRequest> requests = Collections.synchronizedList(new ArrayList<>());

        @Override
        public long readahead(ReadaheadRequest request, Prefetch more) {
            requests.add(request);
            return request.usualBytes();
        }

        /** What was taken for going on with something. */
        private List<Pattern> patterns() {
            return List.copyOf(requests).stream()
                    .map(ReadaheadRequest::pattern)
                    .filter(pattern -> pattern != Pattern.RANDOM)
                    .toList();
        }
    }

    private void readPage(long page) throws IOException {
        byte[] expected = Arrays.copyOfRange(content, (int) page * PAGE, (int) (page + 1) * PAGE);
        assertThat(read(file, page * PAGE, PAGE)).isEqualTo(expected);
        fixture.cache.readaheadQueue().flush();
    }

    @Test
    void read_forward_windowDoublesAndFoliosAreLarge() throws IOException {
        fixture.cache.attach(policy);
        for (long page = 0; page < PAGES; page++) {
            readPage(page);
        }
        assertThat(policy.patterns()).containsOnly(Pattern.FORWARD);
        assertThat(List.copyOf(policy.requests).stream()
                        .map(ReadaheadRequest::usualBytes)
                        .toList())
                .startsWith(64L << 10, 128L << 10, 256L << 10, 512L << 10)
                .contains(2L << 20)
                .allMatch(bytes -> bytes <= 2 << 20);
        assertThat(fixture.cache.statistics().misses())
                .as("a stream that is read steadily")
                .isLessThan(3);
        assertThat(backing.calls(Kind.FILL)).hasSizeLessThan(80);
        assertThat(file.residency(0, (long) PAGES * PAGE))
                .extracting(ResidentRange::folioBytes)
                .contains(64 << 10, 2 << 20);
    }

    @Test
    void read_random_readsNothingAhead() throws IOException {
        for (long page : new long[] {700, 10, 1300, 333, 2000, 1001}) {
            readPage(page);
        }
        assertThat(backing.calls(Kind.FILL)).hasSize(6).allMatch(call -> call.length() == PAGE);
    }

    @Test
    void read_backward_isReadAhead() throws IOException {
        fixture.cache.attach(policy);
        for (long page = PAGES - 1; page >= 1000; page--) {
            readPage(page);
        }
        assertThat(policy.patterns()).containsOnly(Pattern.BACKWARD);
        assertThat(fixture.cache.statistics().misses()).isLessThan(10);
    }

    @Test
    void read_interleavedStreams_areToldApart() throws IOException {
        fixture.cache.attach(policy);
        for (long page = 0; page < 300; page++) {
            readPage(100 + page);
            readPage(1700 - page);
            readPage(700 + page);
        }
        assertThat(policy.patterns()).containsOnly(Pattern.FORWARD, Pattern.BACKWARD);
        assertThat(fixture.cache.statistics().misses()).as("of 900 reads").isLessThan(30);
    }

    @Test
    void read_strided_isReadAhead() throws IOException {
        fixture.cache.attach(policy);
        for (long page = 5; page < 1500; page += 40) {
            readPage(page);
        }
        assertThat(policy.patterns()).containsOnly(Pattern.STRIDED);
        assertThat(fixture.cache.statistics().misses()).as("of 38 reads").isLessThan(8);
        assertThat(backing.calls(Kind.FILL)).as("nothing in between").hasSizeLessThan(50);
    }

    /** Strides too wide for the cache itself; a page in the middle of each batch asks for the next. */
    @Test
    void readahead_policyWantsOtherRanges_areBroughtInAndAskedAboutAgain() throws IOException {
        int stride = 300;
        List<Boolean> hits = new ArrayList<>();
        fixture.cache.attach(new Idle() {
            @Override
            public long readahead(ReadaheadRequest request, Prefetch more) {
                hits.add(request.hit());
                for (int i = 1; i <= 4; i++) {
                    boolean _ = more.add(request.offset() + (long) i * stride * PAGE, request.length());
                }
                return 0;
            }
        });
        for (long page = 5; page < PAGES; page += stride) {
            readPage(page);
        }
        assertThat(fixture.cache.statistics().misses()).as("of 7 reads").isEqualTo(1);
        assertThat(hits).startsWith(false, true).containsOnlyOnce(false);
    }

    @Test
    void prefetch_moreThanIsAllowed_isRefused() {
        Prefetch prefetch = new Prefetch(100 * PAGE + 1, 10);

        assertThat(prefetch.add(101L * PAGE, 1)).as("beyond the end").isFalse();
        assertThat(prefetch.add(-1, 1)).isFalse();
        assertThat(prefetch.add(0, 0)).isFalse();
        assertThat(prefetch.add(PAGE - 1, 2)).as("two pages").isTrue();
        assertThat(prefetch.add(0, 9L * PAGE)).isFalse();
        assertThat(prefetch.add(100L * PAGE, 5L * PAGE))
                .as("only the last page is there")
                .isTrue();
        assertThat(prefetch.add(0, Long.MAX_VALUE)).isFalse();
        assertThat(prefetch.ranges()).containsExactly(new PageRange(0, 2), new PageRange(100, 101));
    }

    @Test
    void readahead_policyWantsNone_bringsInOnlyWhatIsRead() throws IOException {
        fixture.cache.attach(new NoReadahead());
        for (long page = 0; page < 50; page++) {
            readPage(page);
        }
        assertThat(fixture.cache.statistics().readaheadPages()).isZero();
    }

    @Test
    void readahead_fillFails_onlyTheReaderOfThatPageLearns() throws IOException {
        backing.before(call -> {
            if (call.kind() == Kind.FILL && call.offset() + call.length() > 100L * PAGE) {
                throw new IOException("bad");
            }
        });
        for (long page = 0; page < 100; page++) {
            readPage(page);
        }
        assertThatThrownBy(() -> read(file, 100L * PAGE, PAGE)).hasMessage("bad");
    }

    /** Proposes nothing. */
    private abstract static class Idle implements CachePolicy {
        @Override
        public void added(FolioContext folio) {}

        @Override
        public void removed(FolioContext folio, RemovalReason reason) {}

        @Override
        public int evict(EvictionRequest request, int[] proposals) {
            return 0;
        }
    }

    private static final class NoReadahead extends Idle {
        @Override
        public long readahead(ReadaheadRequest request, Prefetch more) {
            return 0;
        }
    }
}
