/** {@code ring3 bench pid}: processes by pidfd beside what the JDK has: what calls cost, how soon an end is told. */
package dev.ring3.bench.pid;
