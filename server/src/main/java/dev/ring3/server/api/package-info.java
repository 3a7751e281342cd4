/**
 * The endpoints of {@code /api/v1}: one class for each resource. What they show and do is the same for the command line,
 * the console and remote users, and with a server or without one: a command that opens a volume itself asks the same
 * endpoints in its own process.
 */
package dev.ring3.server.api;
