/** The memory model, asked through the API: tests to pick from, and what may become of one. */
package dev.ring3.server.litmus;
