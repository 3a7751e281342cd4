package dev.ring3.bpf.object;

/**
 * A function as it stands in its section.
 *
 * @param isPublic whether other files see it, so that it may be a program
 * @param typeId its type in BTF, or 0
 */
record CodeFunction(String name, CodeSection section, int startSlot, int slots, boolean isPublic, int typeId) {
    int endSlot() {
        return startSlot + slots;
    }

    boolean contains(long slot) {
        return slot >= startSlot && slot < endSlot();
    }
}
