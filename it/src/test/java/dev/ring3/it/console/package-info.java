/**
 * The console in a real browser: Debian's Chromium, without a window, driven through the Chrome DevTools Protocol.
 *
 * <p>The protocol is JSON over a WebSocket, both of which are at hand ({@code java.net.http}), and a few commands of it are
 * enough; a driver such as Playwright's would bring 200 MB of another runtime for the same.
 */
package dev.ring3.it.console;
