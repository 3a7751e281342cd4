/**
 * {@code ring3 bench baseline}: a few ratios that are measured in two minutes and held against a file that is kept with the
 * sources. It finds what got several times slower, on any machine; small changes are for {@code bench compare}.
 *
 * <pre>
 * BaselineBench   measures the ratios: Ring3 to what one would use instead, in one run
 * Baseline        the file, and the judgement
 * </pre>
 */
package dev.ring3.bench.baseline;
