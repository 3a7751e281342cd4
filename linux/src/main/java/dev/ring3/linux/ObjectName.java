package dev.ring3.linux;

/** The rule for names of programs and maps ({@code bpf_obj_name_cpy} in {@code kernel/bpf/syscall.c}). */
final class ObjectName {
    private ObjectName() {}

    /** The name, if the kernel would take it: up to 15 of {@code A-Z a-z 0-9 _ .}; it may be empty. */
    static String require(String name) {
        if (name.length() >= BpfAttrLayout.NAME_BYTES || !name.matches("[A-Za-z0-9_.]*")) {
            throw new IllegalArgumentException("name \"%s\": the kernel takes up to %d of A-Z a-z 0-9 _ ."
                    .formatted(name, BpfAttrLayout.NAME_BYTES - 1));
        }
        return name;
    }
}
