/**
 * What programs are promised and what they must keep to: the contexts they are called with, the functions they may call,
 * the results they may give. Descriptions only; {@code dev.ring3.bpf.verifier} holds programs against them.
 */
package dev.ring3.bpf.type;
