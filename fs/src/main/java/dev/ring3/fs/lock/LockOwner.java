package dev.ring3.fs.lock;

/**
 * Who owns locks. Two owners are the same if both parts are equal; an owner never conflicts with itself.
 *
 * @param owner the owner among those of the client, as the front end numbers them
 */
public record LockOwner(Client client, long owner) {}
