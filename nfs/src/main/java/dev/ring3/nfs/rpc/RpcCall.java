package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrReader;

/**
 * A call of our program, in a version that it has.
 *
 * @param arguments standing at the procedure's arguments
 */
public record RpcCall(int version, int procedure, Credential credential, XdrReader arguments, Peer peer) {}
