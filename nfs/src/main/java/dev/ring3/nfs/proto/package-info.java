/** The vocabulary of NFSv4: statuses, operations, attributes, stateids (RFC 7530, 7531, 8881, 5662, 7862, 7863, 8276). */
package dev.ring3.nfs.proto;
