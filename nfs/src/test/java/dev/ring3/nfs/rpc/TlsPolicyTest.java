package dev.ring3.nfs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class TlsPolicyTest {
    @Test
    void plainCalls_areRefused_fromOtherMachinesAlone_whereTlsIsRequired() throws Exception {
        SSLContext context = SSLContext.getDefault();
        InetAddress other = InetAddress.ofLiteral("192.0.2.1");
        assertThat(new TlsPolicy(context, true).refuses(other)).isTrue();
        assertThat(new TlsPolicy(context, true).refuses(InetAddress.getLoopbackAddress()))
                .isFalse();
        assertThat(new TlsPolicy(context, false).refuses(other)).isFalse();
    }
}
