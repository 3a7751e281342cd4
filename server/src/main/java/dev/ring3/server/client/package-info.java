/** The API from the outside: what the commands ask a server, or a volume that they open themselves. */
package dev.ring3.server.client;
