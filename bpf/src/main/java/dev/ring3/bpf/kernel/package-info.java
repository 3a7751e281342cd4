/**
 * Linux as a host of programs: its helpers, its program types, and the names of sections that stand for them. Programs
 * for the kernel can so be verified without one. Where the kernel changed its mind between versions this is Linux 6.18.
 */
package dev.ring3.bpf.kernel;
