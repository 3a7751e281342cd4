/**
 * The types of programs that attach to Ring3 itself: to operations of its filesystem, and to its page cache. What they
 * are called with, what they may call, what their results mean, and the C header that their authors include. How they
 * are attached and run is not here.
 */
package dev.ring3.bpf.hook;
