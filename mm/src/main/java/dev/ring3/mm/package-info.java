/**
 * Frames, reclaim, and the scopes that say what reclaim may do.
 */
package dev.ring3.mm;
