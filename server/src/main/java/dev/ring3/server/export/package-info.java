/** The ways out of a server: where and how its namespace can be used. */
package dev.ring3.server.export;
