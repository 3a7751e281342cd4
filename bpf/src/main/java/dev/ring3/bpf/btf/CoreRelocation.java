package dev.ring3.bpf.btf;

/**
 * A CO-RE relocation: one number in an instruction that depends on the host's types.
 *
 * @param at where it stands in {@code .BTF.ext}, for messages
 * @param insnOffsetBytes the instruction, from the start of its section
 * @param typeId the object's type that the access begins with
 * @param access indices with colons between them: first an array index, then members and array indices by turns as the
 *     types demand; for an enumerator its index; {@code 0} for a type
 * @param kind what is asked
 */
public record CoreRelocation(long at, long insnOffsetBytes, int typeId, String access, CoreKind kind) {}
