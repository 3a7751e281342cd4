package dev.ring3.linux;

/**
 * The limits of writes that a crash cannot tear, {@link IoFlags#ATOMIC} ({@code STATX_WRITE_ATOMIC}, Linux 6.11): the
 * length is a power of two between the limits, and the offset a multiple of it.
 *
 * @param bytesMin the shortest
 * @param bytesMax the longest
 * @param bytesMaxFast the longest that is not slower than need be; 0 if there is no difference (Linux 6.16)
 * @param segmentsMax into how many pieces the memory may be divided
 */
public record AtomicWrite(int bytesMin, int bytesMax, int bytesMaxFast, int segmentsMax) {}
