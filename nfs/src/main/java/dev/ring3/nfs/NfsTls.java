package dev.ring3.nfs;

import javax.net.ssl.SSLContext;

/**
 * RPC with TLS (RFC 9289): a client that asks for it goes on under TLS 1.3 on the same connection.
 *
 * @param context with the server's key and certificate; clients are not asked for theirs
 * @param required whether calls from other machines are refused without it
 */
public record NfsTls(SSLContext context, boolean required) {}
