package dev.ring3.server.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection to a server elsewhere, with TLS unless it is on this machine. */
final class TcpLink implements Link {
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);

    /** The longest that a server takes for an answer: after a stream it still makes durable what came. */
    private static final Duration ANSWER_TIME = Duration.ofMinutes(10);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final ReadableByteChannel channel;

    private TcpLink(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.channel = Channels.newChannel(in);
    }

    /** @param tls whom to trust; null for a connection without TLS */
    static TcpLink connect(RemoteAddress address, @Nullable SSLContext tls) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address.host(), address.port()), (int) CONNECT_TIME.toMillis());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) ANSWER_TIME.toMillis());
            return new TcpLink(tls == null ? socket : secured(socket, address, tls));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static SSLSocket secured(Socket plain, RemoteAddress address, SSLContext tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, address.host(), address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the name in the certificate is compared
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /**
     * Whom to trust.
     *
     * @param certificates in PEM, which alone are trusted; empty for those that the JDK trusts
     * @throws IllegalArgumentException for what is no certificate
     */
    static SSLContext trust(Optional<String> certificates) {
        try {
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(certificates.isEmpty() ? null : keys(certificates.get()));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("no certificate to trust: " + e.getMessage(), e);
        }
    }

    private static KeyStore keys(String pem) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        int count = 0;
        InputStream text = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(text)) {
            keys.setCertificateEntry("trusted-" + count++, each);
        }
        if (count == 0) {
            throw new IOException("there is none");
        }
        return keys;
    }

    @Override
    public ReadableByteChannel in() {
        return channel;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        out.write(array);
        out.flush();
    }

    @Override
    public boolean isAnswered() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
