/**
 * Snapshots that are taken by themselves, and deleted again.
 *
 * <p>Clocks step: when a machine gets the time, by hand, back and forth. So nothing here is told by how much time passed
 * on the clock. A schedule divides all time into slots of its length, and takes a snapshot when the clock is in another
 * slot than at its last one, whichever way it got there; at least half a slot has to have passed on the clock that only
 * runs (monotonic), so that one which goes to and fro over a border takes one. What is kept is counted, not measured:
 * the newest snapshot of each of the last so many hours, days and weeks in which there is one. So a clock that jumps
 * ahead by a year makes nothing old.
 */
package dev.ring3.server.schedule;
