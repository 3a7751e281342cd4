/** Locks that know their order, and the validator that learns it. */
package dev.ring3.mm.lock;
