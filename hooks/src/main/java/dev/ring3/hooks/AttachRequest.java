package dev.ring3.hooks;

import java.util.regex.Pattern;

/**
 * An object to be attached.
 *
 * @param name 1 to 64 letters, digits, dots, dashes and underscores, with no dot first; an object that is attached under it
 *     is replaced
 * @param object what the compiler wrote; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record AttachRequest(String name, byte[] object, Scope scope, AttachOptions options) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    public AttachRequest {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name '%s': 1 to 64 letters, digits, dots, dashes and underscores, with no dot first"
                            .formatted(name));
        }
    }
}
