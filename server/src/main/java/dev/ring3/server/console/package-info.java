/**
 * The console: pages that a browser shows, made of the API alone. The files lie in the resources of this package, as they
 * are sent; {@link dev.ring3.server.console.ConsoleFiles} sends them, and says what the browser must not do with them.
 */
package dev.ring3.server.console;
