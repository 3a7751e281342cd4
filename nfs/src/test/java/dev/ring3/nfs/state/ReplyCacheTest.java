package dev.ring3.nfs.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReplyCacheTest {
    private final ReplyCache cache = new ReplyCache();

    private record Stub(InetSocketAddress address, boolean isOpen) implements Peer {
        static Stub at(int host) throws UnknownHostException {
            byte[] address = ByteBuffer.allocate(4).putInt(0x0a000000 + host).array();
            return new Stub(new InetSocketAddress(InetAddress.getByAddress(address), 700), true);
        }

        @Override
        public CompletableFuture<ByteBuffer> call(
                Credential caller, int program, int version, int procedure, byte[] arguments) {
            throw new AssertionError("nobody is called");
        }

        @Override
        public void close() {}
    }

    private void keep(Peer peer, int xid, int bytes) {
        cache.begin(peer, xid, xid).reply().end(new byte[bytes]);
    }

    private boolean isKept(Peer peer, int xid) {
        return cache.find(peer, xid, () -> xid) != null;
    }

    @Test
    void oneAddress_keepsItsLastAnswers() throws Exception {
        Peer peer = Stub.at(1);
        for (int xid = 0; xid <= ReplyCache.PER_ADDRESS_MAX; xid++) {
            keep(peer, xid, 100);
        }
        assertThat(isKept(peer, 0)).isFalse();
        assertThat(isKept(peer, 1)).isTrue();
        assertThat(isKept(peer, ReplyCache.PER_ADDRESS_MAX)).isTrue();
        assertThat(cache.bytes()).isEqualTo(ReplyCache.PER_ADDRESS_MAX * (100L + ReplyCache.ENTRY_BYTES));
    }

    @Test
    void oneAddress_doesNotPushOutAnother() throws Exception {
        Peer quiet = Stub.at(1);
        keep(quiet, 7, 100);
        for (int xid = 0; xid < 3 * ReplyCache.PER_ADDRESS_MAX; xid++) {
            keep(Stub.at(2), xid, 100);
        }
        assertThat(isKept(quiet, 7)).isTrue();
    }

    @Test
    void tooManyBytes_theLongestSilentAddressGoes() throws Exception {
        Peer first = Stub.at(1);
        Peer second = Stub.at(2);
        keep(first, 0, 100);
        keep(second, 0, 100);
        assertThat(isKept(first, 0)).isTrue(); // and so it was heard of after the second
        for (int host = 3; host < 23; host++) { // each takes more than a 16th of what all may
            keep(first, 1, 100);
            for (int xid = 0; xid < ReplyCache.PER_ADDRESS_MAX / 4; xid++) {
                keep(Stub.at(host), xid, ReplyCache.ANSWER_BYTES_MAX);
            }
        }
        assertThat(isKept(second, 0)).isFalse();
        assertThat(isKept(first, 0)).isTrue();
        assertThat(cache.bytes())
                .isLessThanOrEqualTo(
                        (long) ReplyCache.BYTES_MAX + ReplyCache.ANSWER_BYTES_MAX + ReplyCache.ENTRY_BYTES);
    }

    @Test
    void tooManyAddresses_areForgotten_andNothingIsCountedOfThem() throws Exception {
        for (int host = 0; host < 2 * ReplyCache.ADDRESSES_MAX; host++) {
            keep(Stub.at(host), 1, 100);
        }
        assertThat(isKept(Stub.at(0), 1)).isFalse();
        for (int host = 0; host < 2 * ReplyCache.ADDRESSES_MAX; host++) {
            cache.forget(Stub.at(host).address().getAddress());
        }
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void answerThatIsNotKept_isNotFound() throws Exception {
        Peer peer = Stub.at(1);
        KeptReply reply = cache.begin(peer, 1, 1).reply();
        assertThat(isKept(peer, 1)).as("while it is worked on").isTrue();
        reply.end(null);
        assertThat(isKept(peer, 1)).isFalse();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void forgottenWhileWorkedOn_whoWaitsIsAnswered() throws Exception {
        Peer peer = Stub.at(1);
        KeptReply reply = cache.begin(peer, 1, 1).reply();
        cache.forget(peer.address().getAddress());
        reply.end(new byte[] {5});
        assertThat(reply.await()).containsExactly(5);
        assertThat(cache.bytes()).isZero();
    }
}
