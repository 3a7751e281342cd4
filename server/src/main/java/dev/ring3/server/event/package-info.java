/** What happens in a server, told to whoever listens at the time. */
package dev.ring3.server.event;
