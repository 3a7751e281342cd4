package dev.ring3.server.http;

/** Decides who a request is from, before anything else is done with it. */
public interface Gate {
    /**
     * Who it is from; {@link Identity#ANONYMOUS} if it does not say.
     *
     * @throws HttpException if it must not be answered: a host or an origin that is not ours, a credential that is wrong
     */
    Identity admit(RequestHead head, Peer peer);
}
