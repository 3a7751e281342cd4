package dev.ring3.nfs.rpc;

import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * RPC with TLS (RFC 9289), for clients that ask for it.
 *
 * @param context with the server's key
 * @param required whether calls from other machines are refused without it
 */
public record TlsPolicy(SSLContext context, boolean required) {
    /** The protocol above TLS (RFC 9289, section 8.2). */
    private static final String PROTOCOL = "sunrpc";

    /** A server's end of a connection that begins its handshake. */
    SSLEngine engine() throws SSLException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {PROTOCOL});
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        return engine;
    }

    boolean refuses(InetAddress plain) {
        return required && !plain.isLoopbackAddress();
    }
}
