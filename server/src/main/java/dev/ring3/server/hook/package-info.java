/** The programs in the I/O path, as the API shows and changes them; it is never subject to programs itself. */
package dev.ring3.server.hook;
