/**
 * {@code ring3 bench report} and {@code compare}: what is made of documents that were measured before.
 *
 * <pre>
 * HtmlReport     one page that needs nothing else
 *   RatioChart   bars of a group's subjects, relative to one of them, with their spread
 *   CurveChart   lines over an axis: cost as work grows
 *   LatencyChart lines over percentiles
 * CompareText    what a comparison found, as a table
 * Interleaved    runs two builds in turn, so that they can be compared
 * </pre>
 */
package dev.ring3.bench.report;
