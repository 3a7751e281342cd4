/** Work that takes longer than anybody waits for an answer: it has a number, can be looked at, and cancelled. */
package dev.ring3.server.job;
