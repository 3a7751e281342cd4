/** Ring3's commands. {@link dev.ring3.cli.CommandTree} holds them together; {@link dev.ring3.cli.ExitCode} says what a status means. */
package dev.ring3.cli;
