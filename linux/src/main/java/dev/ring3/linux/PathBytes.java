package dev.ring3.linux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Arrays;

/** A path as the kernel takes it. Names of files are bytes, and need not be text in any encoding. */
final class PathBytes {
    private PathBytes() {}

    /**
     * The bytes of a path, without NUL.
     *
     * @throws ProviderMismatchException if the path is not of the default file system, of which alone the kernel knows
     */
    static byte[] of(Path path) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new ProviderMismatchException(path + " is no path of the host");
        }
        String text = path.toString();
        if (text.isEmpty()) {
            return new byte[] {'.'};
        }
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        // A name whose bytes do not decode has lost them in its text. The URI keeps every byte.
        return decode(path.toUri().getRawPath());
    }

    private static byte[] decode(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        byte[] result = bytes.toByteArray();
        // toUri ends a directory's path in a slash; the path itself did not, and a symbolic link would be followed.
        int length = result.length > 1 && result[result.length - 1] == '/' ? result.length - 1 : result.length;
        return Arrays.copyOf(result, length);
    }
}
