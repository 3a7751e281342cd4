/** FUSE beside what a user would take instead: rates of a mount, and of a passthrough in C. */
@NullMarked
package dev.ring3.it.fuse;

import org.jspecify.annotations.NullMarked;
