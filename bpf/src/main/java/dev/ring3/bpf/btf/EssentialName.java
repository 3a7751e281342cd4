package dev.ring3.bpf.btf;

/**
 * The part of a name that counts between an object's types and the host's: what stands before the last {@code ___} that
 * has no further underscore beside it. What follows, the flavour, tells apart several declarations of one type in one
 * source file: {@code task_struct___old}.
 */
final class EssentialName {
    private static final String SEPARATOR = "___";

    private EssentialName() {}

    static String of(String name) {
        return name.substring(0, length(name));
    }

    static int length(String name) {
        for (int at = name.length() - SEPARATOR.length() - 1; at > 0; at--) {
            if (name.startsWith(SEPARATOR, at)
                    && name.charAt(at - 1) != '_'
                    && name.charAt(at + SEPARATOR.length()) != '_') {
                return at;
            }
        }
        return name.length();
    }

    /** Whether two names agree but for their flavours; an anonymous type only agrees with another. */
    static boolean matches(String name, String other) {
        int length = length(name);
        return length == length(other) && name.regionMatches(0, other, 0, length);
    }
}
